"""Working time and deadlines.

Here are the calendar, deadline rules, the ledger of a clock, due instants, their explanations, and the ladder of
reminders. Import any module.

Stands on: language, lifecycle, shared.
"""
