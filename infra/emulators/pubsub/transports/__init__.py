"""The public port: gRPC and REST over the same table of RPCs.

`server` uses all of it. This room stands on `wire`, `broker` and `rpcs`.
"""
