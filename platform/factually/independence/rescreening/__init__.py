"""Screens past donors again when a register changes: an index of donors, runs in partitions, new cases."""
