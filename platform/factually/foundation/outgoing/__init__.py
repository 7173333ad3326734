"""Fetching what somebody else's address names, without lending them our place in the network (SSRF)."""
