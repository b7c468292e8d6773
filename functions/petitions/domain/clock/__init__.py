"""Working time and deadlines: the calendar, the rules, and the clock that runs for every step of a petition.

A clock keeps a ledger, i.e. the list of its start, pauses, extensions and stop, from which its due instant is computed.
The package also explains due instants and has the ladder of reminders. Import any module.

Stands on: language, lifecycle, shared.
"""
