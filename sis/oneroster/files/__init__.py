"""One module for each file of a set that is kept; the contract is in sis/oneroster/loader.py."""
