"""One subscription at run time: its backlog, leases, deliveries and acknowledgements.

`broker`, `push` and `rpcs` use `Subscription` and `acknowledgement`. This room stands on `wire`, `resources`, `storage`
and `faults`.
"""
