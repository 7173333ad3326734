"""Shared kernel: no Flask, no Stripe, no word of any domain."""
