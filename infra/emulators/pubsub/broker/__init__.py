"""All topics, subscriptions and snapshots, and the deletion of expired ones.

`push`, `rpcs` and `transports` use `Broker`. `housekeeping` is for `server` and `admin`. This room stands on `wire`,
`resources`, `storage`, `faults` and `subscriptions`.
"""
