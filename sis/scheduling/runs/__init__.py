"""Runs of the scheduling engine on a school's records: proposed, applied, undone."""
