"""How alike two canonical names are, and in which words (pure; reference/screening.md section 3)."""
