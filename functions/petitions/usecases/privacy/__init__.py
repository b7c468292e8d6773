"""The erasing and restricting of a citizen's data, its end of retention, and contact data shown with a reason.

Import `begin_erasure` within another transaction.

Stands on: contact, officers, shared.
"""
