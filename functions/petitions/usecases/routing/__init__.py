"""Routing of new petitions to their units, and export of officers' corrections as training examples.

Import `route_petition` for the routing.

Stands on: shared.
"""
