"""The durable state in SQLite, and the time by which the service's own durations run.

The rooms above use `Store` and its `time`. `schema` is private to it. This room imports no other.
"""
