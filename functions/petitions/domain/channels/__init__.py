"""Petitions that somebody hands in for their filer: what a form, a row of a file or a call of another system says.

Import `entry` for one of them.

Stands on: citizen, files, language, pages, petition, shared, units.
"""
