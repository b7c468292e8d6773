"""The yearly scoring. The inspector calculates and freezes it and answers contests, which come from the units.

Stands on: shell.
"""
