"""Fact checks: their grammar, their evidence, their revisions, and the pages readers see."""
