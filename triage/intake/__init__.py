"""The ways in which a ticket arrives; one file each."""
