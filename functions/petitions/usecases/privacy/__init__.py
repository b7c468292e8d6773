"""Erasing a citizen's data, ending its retention, and showing contact data to officers.

Import `begin_erasure` within another transaction.

Stands on: contact, officers, shared.
"""
