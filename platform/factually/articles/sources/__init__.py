"""Sources: one record for each, shared by articles, looked after while anything cites it."""
