"""The people of the units.

Here are the officers of the units, their e-mail, their settings, and their administration. Import `staff` to look
officers up.

Stands on: shared.
"""
