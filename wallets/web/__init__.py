"""Pages of the wallet that move money in: the top-up."""
