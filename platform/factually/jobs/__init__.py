"""Work that outlives a request: Procrastinate's queue in our own PostgreSQL."""
