"""The handlers of a unit: bulk assignment, hand-overs and deputies, as pages and as JSON.

Stands on: schema, shell.
"""
