"""One file per way of reaching people; the contract is ``alerts/channel.py``."""
