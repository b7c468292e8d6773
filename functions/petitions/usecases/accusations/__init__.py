"""Separation of later reports of misconduct from the unit that handles the petition.

Import `keep_apart` wherever a later text is stored.

Stands on: petition, shared.
"""
