"""Listen streams, by which a client follows documents or queries: their targets, and the responses after a commit.

`service` uses `Listener`. The package imports only `wire`, `metering`, `storage` and `queries`.
"""
