"""Citizens' requests to speak with an officer: their reasons, their deadlines and their outcomes.

Import `contact_request`.

Stands on: clock, lifecycle, officers, petition, reminders, shared.
"""
