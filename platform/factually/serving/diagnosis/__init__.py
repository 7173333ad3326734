"""What `factually doctor` looks at: an installation from outside, and payments from end to end."""
