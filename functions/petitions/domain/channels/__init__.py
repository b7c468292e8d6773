"""Petitions handed in for their filer: typed into a form, listed in a file, or sent by another system.

Import `entry` for a single petition.

Stands on: citizen, files, language, pages, petition, shared, units.
"""
