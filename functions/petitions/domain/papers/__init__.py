"""Formal papers about a petition, such as receipts, letters and refusals, in the layout of Decree 30/2020.

Import `paper` for the stored papers, `paper_forms` for the city's texts, `sheet` for the contents of the page,
`signing_right` for the right to sign.

Stands on: clock, files, language, lifecycle, officers, petition, shared, units.
"""
