"""The rules for topics, subscriptions, snapshots and messages, and the filter language of subscriptions.

`rpcs`, `broker` and `subscriptions` import it. The package imports only `wire`.
"""
