"""The arithmetic of on-call schedules: pure, on frozen values."""
