"""Difficulties of units: the report from any page of the desk, the steps that follow, and the right to read.

Import `report_difficulty`, `handle_difficulty` and `read_difficulties`.

Stands on: files, officers, shared.
"""
