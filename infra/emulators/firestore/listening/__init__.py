"""Listen streams: their targets, and the responses after a commit.

`service` uses `Listener`. This room stands on `wire`, `metering`, `storage` and `queries`.
"""
