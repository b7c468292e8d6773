"""Faults planted in the real code, one at a time. A promise must catch every one."""
