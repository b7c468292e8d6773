"""Basic values used everywhere in the domain.

The room has stored records, instants in Hanoi's time, values in the notation of requests, pseudonymous ids, retention
times, versions of reference data and quiet hours. Import any module.

Stands on: nothing.
"""
