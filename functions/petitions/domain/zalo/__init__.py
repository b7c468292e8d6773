"""Zalo's side of the channel.

Here are events as typed values, the signature of its webhook, and the grant and consent for the Official Account.
`zalo_webhook` uses the standard library alone.

Stands on: shared.
"""
