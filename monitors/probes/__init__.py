"""The probe types: one file is one type. The contract is monitors/probe.py."""
