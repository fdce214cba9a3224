"""Work by the clock: declared jobs, one leader, one run per job and fire time."""
