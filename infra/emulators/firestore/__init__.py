"""An emulator of Firestore: `google.firestore.v1.Firestore` over gRPC, with OPTIMISTIC transactions, durable in SQLite.

The packages, in the order in which they may import each other: `wire` (messages, names, errors), `documents` (values
and their limits), `metering` (cost), `indexes`, `storage` (versions and the disk), `queries`, `writes`, `transactions`,
`listening`, `calls` (faults and counting around every call) and `service` (the methods). A package imports only
packages before it in this list. `server` puts them together and `admin` is the admin port.
"""
