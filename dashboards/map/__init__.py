"""The map of schools: pure functions from positions to SVG shapes, without tiles or network."""
