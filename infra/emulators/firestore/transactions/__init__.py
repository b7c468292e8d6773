"""Optimistic transactions, and the queues in which retries wait after a conflict.

`service` uses `Transactions`, which holds the queues. The package imports only `wire`, `storage`, `queries` and
`writes`.
"""
