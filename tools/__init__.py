"""What set-up, tests and benchmarks run; the service itself never imports it."""
