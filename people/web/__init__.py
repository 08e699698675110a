"""A person's own pages: account, PIN, PIN reset, and the door after sign-in."""
