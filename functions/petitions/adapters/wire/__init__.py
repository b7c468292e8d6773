"""Google's services in plain protobuf messages: a call takes half as long of a processor as by the official clients.

`calls` makes the calls, `database` those of a Firestore database; `values`, `writes` and `queries` make its messages.

Stands on: nothing.
"""
