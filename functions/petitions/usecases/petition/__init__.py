"""Petitions outside their officers' actions: filing, notes, notices to filers, draft answers, receipts, recovery.

Import the module of the use case.

Stands on: files, officers, shared.
"""
