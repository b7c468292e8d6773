"""An emulator of Pub/Sub: `google.pubsub.v1` over gRPC and REST on one port, with real pushes, durable in SQLite.

The packages, in the order in which they may import each other: `wire` (messages and errors), `resources` (rules and
filters), `storage` (SQLite and the service's time), `faults`, `subscriptions` (one subscription at run time), `broker`
(all resources), `push`, `rpcs` (a function per RPC) and `transports` (gRPC and REST). A package imports only packages
before it in this list. `server` puts them together, and `admin` is the admin port.
"""
