"""People who sign in: staff and auditors; readers and donors need no account."""
