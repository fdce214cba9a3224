"""One file a capability, in the order of their references."""
