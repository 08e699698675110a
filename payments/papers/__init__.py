"""What a sale looks like on paper and page: words and drawings, pure, from a sale or a receipt's body."""
