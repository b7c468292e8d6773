"""The people in a world: citizens and officers in all of them, the others of `actors` in some."""
