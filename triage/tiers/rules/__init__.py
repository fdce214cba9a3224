"""The arithmetic of support tiers: forecast the staff-hours a school will need, then cut."""
