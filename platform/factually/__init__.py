"""A publication that proves where its money comes from."""
