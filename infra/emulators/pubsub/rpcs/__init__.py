"""The RPCs of Publisher and Subscriber, a function each, and the table that gRPC and REST share.

`transports` uses `rpc_table` and `streaming_pull`. This room stands on `wire`, `resources`, `subscriptions` and
`broker`.
"""
