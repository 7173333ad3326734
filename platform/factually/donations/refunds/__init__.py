"""Giving money back: asked for with a reason, above a threshold by two people, and followed to its end."""
