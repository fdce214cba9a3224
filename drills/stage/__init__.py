"""The demo: a prepared district, a drill clock, and all processes on one stage."""
