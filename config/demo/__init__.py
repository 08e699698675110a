"""The demo: three shops, their people and a month of trade, made through the same flows as real money."""
