"""Notices what is wrong: probes, their evaluation, and one state per probe and subject."""
