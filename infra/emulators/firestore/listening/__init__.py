"""Listen streams, over which a client follows documents or queries: targets, and responses after commits.

`service` uses `Listener`. The package imports only `wire`, `metering`, `storage` and `queries`.
"""
