"""Difficulties that units meet in their work on petitions: reported, gathered, answered, and listed by quarter.

Import `difficulty` for the record and `difficulty_steps` for what becomes of it.

Stands on: lifecycle, officers, shared, units.
"""
