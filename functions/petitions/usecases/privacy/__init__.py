"""The erasure and restriction of a citizen's data, the end of its retention, and the display of contact data.

Import `begin_erasure` within another transaction.

Stands on: contact, officers, shared.
"""
