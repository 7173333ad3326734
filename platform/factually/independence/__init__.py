"""Decides whose money may be taken: policy, rules, registers of political groups, screenings, reviews."""
