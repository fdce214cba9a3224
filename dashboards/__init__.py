"""Reads only: the command center, a school's page, their JSON and the live stream."""
