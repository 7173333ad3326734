"""The append-only journal of who did what, and who looked."""
