"""The methods of `google.firestore.v1.Firestore`, and the consistency of their reads.

`server` uses `rpc_table.handler` and `consistency.Backend`. Nothing else is meant for others. This room stands on all
rooms before it.
"""
