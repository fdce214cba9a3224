"""Signed-in browsers, and the brake on guessing passwords."""
