"""Zalo's webhook at the door, and the consent and tokens of the Official Account.

`receive_event` uses the standard library alone.

Stands on: shared.
"""
