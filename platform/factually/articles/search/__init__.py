"""Finding articles: full-text search over what they say, and the topics they stand under."""
