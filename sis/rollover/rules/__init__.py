"""What a rollover does with each section and placement, and whether its books balance."""
