"""Compares Stripe's balance, our books and our gifts, names each difference, and mends what is safe."""
