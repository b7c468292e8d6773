"""The simulated people: citizens and officers of every run, and the occasional people listed in `actors`."""
