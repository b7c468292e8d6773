"""The methods of `google.firestore.v1.Firestore`, and the moment at which each of them reads.

`server` uses `rpc_table.handler` and `consistency.Backend`. Nothing else is meant for other packages. The package may
import all the others.
"""
