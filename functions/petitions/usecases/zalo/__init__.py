"""Receiving Zalo's webhook events, and the consent and tokens of the Official Account.

`receive_event` uses the standard library alone.

Stands on: shared.
"""
