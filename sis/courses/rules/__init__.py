"""The arithmetic of the master schedule: meetings, double bookings, balance."""
