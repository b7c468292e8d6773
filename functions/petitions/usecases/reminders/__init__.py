"""The scheduled jobs: reminders, digests, news to units, and the closing of answered petitions.

Import the module of the schedule.

Stands on: contact, figures, officers, shared.
"""
