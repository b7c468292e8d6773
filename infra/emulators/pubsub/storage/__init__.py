"""The durable state in SQLite, and the time by which the service's own durations run.

Later packages use `Store` and its `time`. `schema` is private. The package imports no other package.
"""
