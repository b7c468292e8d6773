"""The promises that hold when a world is at rest. The name of an invariant is its promise."""
