"""The web: one factory, and what every view leans on."""
