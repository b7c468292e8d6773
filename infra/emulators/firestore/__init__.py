"""An emulator of Firestore: `google.firestore.v1.Firestore` over gRPC, with OPTIMISTIC transactions, durable in SQLite.

The rooms are, from the ground up: `wire` (messages, names, errors), `documents` (values and their limits), `metering`
(cost), `indexes`, `storage` (versions and the disk), `queries`, `writes`, `transactions`, `listening`, `calls` (faults
and counting around every call) and `service` (the methods). A room imports only rooms before it in this list.
`server` puts them together and `admin` is the admin port.
"""
