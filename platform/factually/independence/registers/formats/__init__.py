"""File formats of registers: each module turns the bytes of one format into entries, whole or not at all."""
