"""The petition as stored, its history, codes, answers and transfers between units.

Import `petition` for the record itself, and `known_person` to find a petitioner's personal data in texts of others.

Stands on: clock, files, language, lifecycle, shared, units.
"""
