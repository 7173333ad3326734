"""Registers of political groups: their file formats, their immutable versions, and exact look-ups in them."""
