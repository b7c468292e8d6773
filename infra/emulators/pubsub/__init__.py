"""An emulator of Pub/Sub: `google.pubsub.v1` over gRPC and REST on one port, with real pushes, durable in SQLite.

The rooms are, from the ground up: `wire` (messages and errors), `resources` (rules and filters), `storage` (SQLite and
the service's time), `faults`, `subscriptions` (one subscription at run time), `broker` (all resources), `push`, `rpcs`
(a function per RPC) and `transports` (gRPC and REST). A room imports only rooms before it in this list. `server` puts
them together and `admin` is the admin port.
"""
