"""Changes of public articles, each with a typed note that readers see."""
