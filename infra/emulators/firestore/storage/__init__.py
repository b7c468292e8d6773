"""The documents of all databases in several versions, their durable copy in SQLite, and export and import.

`Store` holds a `Database` per name, which later packages read and commit to. `SqliteFile` is for `server`. The package
imports only `wire`, `documents` and `indexes`.
"""
