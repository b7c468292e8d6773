"""Reminders, digests, news to units and the closing of answered petitions, by schedule.

Import the module of the schedule.

Stands on: officers, shared.
"""
