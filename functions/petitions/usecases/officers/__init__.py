"""The people of the units.

Here are who works where, their e-mail, their settings, and their administration. Import `staff` to look officers
up.

Stands on: shared.
"""
