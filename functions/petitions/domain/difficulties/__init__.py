"""Difficulties, i.e. problems that units have in their work on petitions: reported, answered, and listed by quarter.

Import `difficulty` for the record and `difficulty_steps` for the changes of its state.

Stands on: lifecycle, officers, shared, units.
"""
