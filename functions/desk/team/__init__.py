"""The officers of a unit, for its head: workload, hand-overs, deputies, and the unit's own answer templates.

Stands on: shell.
"""
