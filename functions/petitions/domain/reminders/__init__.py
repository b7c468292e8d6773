"""Reminders of a petition's deadlines, and other work on petitions that the passing of time causes.

The room has the reminders (as rungs of a ladder), the officers' daily list of due petitions (digest), the work after an
answer (housekeeping), and deadlines moved by a new calendar. Import any module.

Stands on: clock, lifecycle, petition, shared.
"""
