"""Working time and deadlines: the calendar, the rules, and the clock that runs for every step of a petition.

A clock keeps a ledger, i.e. the list of its start, pauses, extensions and stop, from which its due instant is computed.
Here are also the explanations of due instants and the ladder of reminders. Import any module.

Stands on: language, lifecycle, shared.
"""
