"""What the delivery process does beside delivering, at once when something was committed."""
