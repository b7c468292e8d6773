"""A local Pub/Sub: `google.pubsub.v1` over gRPC and REST on one port, with real pushes, durable, with faults on demand.

Reading order: `wire` and `errors` (vocabulary), `rules` and `filters` (what resources must look like), `pace` (time),
`schema` and `store` (SQLite), `backlog` and `subscription` (one subscription at run time), `broker` (all of them),
`publisher`, `subscriber` and `snapshots` (one function per RPC), `push`, `streaming`, then the doors: `grpc_service`,
`rest`, `front`, `admin`, put together in `server`.
"""
