"""The processes of a site: web, worker, migration, and the demonstration that starts them all."""
