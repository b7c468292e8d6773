"""One subscription at run time: its backlog, leases, deliveries and acknowledgements.

A lease is a message that was delivered and may be acknowledged until its deadline. `broker`, `push` and `rpcs` use
`Subscription` and `acknowledgement`. The package imports only `wire`, `resources`, `storage` and `faults`.
"""
