"""The erasing and restricting of a citizen's data, and the revealing of contact data with a reason.

Import `begin_erasure` within another transaction.

Stands on: shared.
"""
