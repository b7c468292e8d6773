"""Faults that are planted in the real code, one at a time: a promise must tell of each."""
