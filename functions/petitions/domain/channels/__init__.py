"""Petitions that arrive on channels other than Zalo: typed in by officers, listed in a file, or sent by another system.

Import `entry` for a single petition.

Stands on: citizen, files, language, pages, petition, shared, units.
"""
