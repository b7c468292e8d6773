"""The directory of units and wards.

Here are the versions in force on a day, the edits of administrators, and mergers of units. Import `directory` for the
directory itself.

Stands on: language, shared.
"""
