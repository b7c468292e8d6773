"""The petition as it is stored, its history, codes, answers and transfers between units.

Import `petition` for the record itself, and `known_person` to find the petitioner in others' words.

Stands on: clock, files, language, lifecycle, shared, units.
"""
