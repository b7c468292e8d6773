"""The methods of `google.firestore.v1.Firestore`, and the moment at which each of them reads.

`server` uses `rpc_table.handler` and `consistency.Backend`. The rest is private to this package, which may import all
the others.
"""
