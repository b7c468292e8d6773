"""The simulated people: citizens and officers are in every run, those listed in `actors` in some."""
