"""On-call: who is to be told at which hour, by rotations, overrides and swaps."""
