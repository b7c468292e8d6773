"""Petitions outside their officers' actions: filed, noted, told to their filers, drafted answers, receipts, recovery.

Import the module of the use case.

Stands on: files, officers, shared.
"""
