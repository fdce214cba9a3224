"""What every room of Bellwether stands on; holds no district words."""
