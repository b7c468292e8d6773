"""The public port: gRPC and REST over the same table of RPCs.

`server` uses all of it. The package imports only `wire`, `broker` and `rpcs`.
"""
