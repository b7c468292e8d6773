"""Google's services in plain protobuf messages, which cost a processor a third of the generated clients' wrapped ones.

`calls` makes the calls; `values`, `writes` and `queries` make the messages of Firestore.

Stands on: nothing.
"""
