"""What must hold when a world is at rest, each promise an invariant of that name."""
