"""Optimistic transactions and the queues in which their retries wait.

`service` uses `Transactions`, which holds the queues. This room stands on `wire`, `storage`, `queries` and `writes`.
"""
