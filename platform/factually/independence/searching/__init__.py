"""Finds the register rows that a name may denote: one index on disk a register version, and the engine."""
