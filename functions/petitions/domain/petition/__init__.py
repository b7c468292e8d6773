"""The petition as it is stored, its history, codes, answers and transfers between units.

Import `petition` for the record itself.

Stands on: clock, files, language, lifecycle, shared, units.
"""
