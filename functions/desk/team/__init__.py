"""The handlers of a unit: hand-overs and deputies, as pages and as JSON.

Stands on: schema, shell.
"""
