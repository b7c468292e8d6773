"""Use cases about officers: looking them up, their e-mail, their settings and their administration.

Import `staff` to look officers up.

Stands on: shared.
"""
