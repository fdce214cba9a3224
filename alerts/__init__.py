"""Says things to people: what fires, who is told, and whether it reached them."""
