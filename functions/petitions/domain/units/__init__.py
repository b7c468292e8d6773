"""The directory of units and wards.

Here are what is in force on a day, what administrators edit, and how units merge. Import `directory` for the
directory itself.

Stands on: shared.
"""
