"""Requests of citizens for a person: the reason, the deadlines to see and answer them, and the outcome.

Import `contact_request`.

Stands on: clock, lifecycle, officers, petition, reminders, shared.
"""
