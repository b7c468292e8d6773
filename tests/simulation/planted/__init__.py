"""Faults planted in the real code, one at a time, each of which a promise must detect."""
