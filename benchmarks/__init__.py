"""What the world is measured against."""
