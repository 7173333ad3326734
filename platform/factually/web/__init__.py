"""Flask toolkit: access, sessions, headers, limits, error pages; no word of any domain."""
