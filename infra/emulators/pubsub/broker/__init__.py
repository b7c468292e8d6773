"""All topics, subscriptions and snapshots, and the deletion of expired ones.

`push`, `rpcs` and `transports` use `Broker`. `housekeeping` is for `server` and `admin`. The package imports only
`wire`, `resources`, `storage`, `faults` and `subscriptions`.
"""
