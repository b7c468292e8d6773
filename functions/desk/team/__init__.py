"""The handlers of a unit: hand-overs and deputies.

Stands on: shell.
"""
