"""Django's PostgreSQL with a pool that does not ask the server at each request whether it is there."""
