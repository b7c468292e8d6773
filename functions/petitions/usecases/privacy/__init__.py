"""A citizen's data erased or restricted, and contact data revealed with a reason.

Import `begin_erasure` within another transaction.

Stands on: shared.
"""
