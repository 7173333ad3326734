"""Pages for everyone that belong to no other domain, and the site's visual language with its static files."""
