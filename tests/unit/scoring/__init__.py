"""The yearly scoring of units."""
