"""The arithmetic of attendance reports: pure, exact, in whole numbers of days or minutes."""
