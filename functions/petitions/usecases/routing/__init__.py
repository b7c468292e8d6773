"""A new petition routed to its unit, and officers' corrections exported as examples.

Import `route_petition` for the entry.

Stands on: shared.
"""
