"""Outgoing letters: a sealed row in the transaction that causes them, sent by the worker."""
