"""Basic values used everywhere in the domain.

Here are stored records, instants in Hanoi's time, values as requests write them, pseudonymous ids, retention times,
versions of reference data and quiet hours. Import any module.

Stands on: nothing.
"""
