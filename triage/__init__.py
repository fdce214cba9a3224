"""Helps people: support tiers, tickets and their ranked queue, intake by form, API and probe."""
