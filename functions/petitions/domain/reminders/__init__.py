"""Reminders of due dates of a petition.

Here are the rungs of reminders, the morning's digest, housekeeping after an answer, and deadlines moved by a new
calendar. Import any module.

Stands on: clock, lifecycle, petition, shared.
"""
