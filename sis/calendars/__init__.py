"""Sessions (terms), a calendar per school and track, and bell schedules."""
