"""Difficulties that units report to the city, such as unclear rules or faults of the desk, and their solution.

Import `report_difficulty`, `handle_difficulty` and `read_difficulties`.

Stands on: files, officers, shared.
"""
