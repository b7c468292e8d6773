"""Difficulties of units: the report from any page of the desk, what is done about it, and who reads which.

Import `report_difficulty`, `handle_difficulty` and `read_difficulties`.

Stands on: files, officers, shared.
"""
