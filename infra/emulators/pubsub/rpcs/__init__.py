"""The RPCs of Publisher and Subscriber, one function per RPC, and the table that gRPC and REST share.

`transports` uses `rpc_table` and `streaming_pull`. The package imports only `wire`, `resources`, `subscriptions` and
`broker`.
"""
