"""Formal papers of a petition: receipts, letters, extensions, refusals, apologies, in the layout of Decree 30/2020.

Import `paper` for what is stored, `paper_forms` for the city's words, `sheet` for what is on the page, `signing_right`
for who may sign.

Stands on: clock, files, language, lifecycle, officers, petition, shared, units.
"""
