"""Names as the registers and donors write them, reduced to the form in which they are compared (pure)."""
