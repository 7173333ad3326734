"""Donations: one gift from the form to the receipt, and every way it can end."""
