"""The documents of all databases in several versions, their durable copy in SQLite, and export and import.

`Store` gives a `Database`, which the rooms above read and commit to. `SqliteFile` is for `server`. This room stands on
`wire`, `documents` and `indexes`.
"""
