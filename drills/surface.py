"""What the drills offer to the application."""

from core.plugins import Surface
from drills.district.cli import district
from drills.opening_day.cli import drill
from drills.stage.cli import demo

SURFACE = Surface(name="drills", commands=[district, drill, demo])
