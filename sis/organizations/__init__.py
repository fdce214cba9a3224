"""The district, its Educational Service Centers (ESCs) and its schools."""
