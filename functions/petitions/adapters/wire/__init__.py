"""Google's services in plain protobuf messages: a call takes half the processor time of the official clients.

`calls` makes the calls, and `database` those of a Firestore database. `values`, `writes` and `queries` make its
messages.

Stands on: nothing.
"""
