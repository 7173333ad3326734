"""The books: double entry of every movement of our balance at Stripe, kept for ever and never rewritten."""
