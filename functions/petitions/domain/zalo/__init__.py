"""Zalo's events as typed values, the signature of its webhook, and the tokens of the Official Account.

`zalo_webhook` uses the standard library alone.

Stands on: shared.
"""
