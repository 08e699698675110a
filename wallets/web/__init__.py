"""Pages of the wallet: top-up, send, ask, withdraw."""
