"""The routing of a new petition to its unit, and the export of officers' corrections as examples.

Import `route_petition` for the entry.

Stands on: shared.
"""
