"""Zalo's events as typed values, the signature of its webhook, and the tokens of the Official Account.

The module `zalo_webhook` uses only the standard library.

Stands on: shared.
"""
