"""History: every public revision at an address of its own, what changed between two, and how to verify it."""
