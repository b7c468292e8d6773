"""The figures of the dashboards.

Here are the effect of a petition's change on the figures, and the stored sums. Import `figures` for new lines and
`past_figures` for old histories.

Stands on: clock, lifecycle, petition, shared, units.
"""
