"""Citizens who wait for a person: why, until when somebody must see and answer, and how it ended.

Import `contact_request`.

Stands on: clock, lifecycle, officers, petition, reminders, shared.
"""
