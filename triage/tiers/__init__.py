"""How much support each school is likely to need, and why."""
