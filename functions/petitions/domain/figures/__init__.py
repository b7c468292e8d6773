"""The figures of the dashboards.

Here are the effect of a petition's change on the figures, the stored sums, and the values read from them. Import
`figures` for new lines, `past_figures` for old histories, `figures_row` for shares and times, `disclosure` for the
choice of rows that may be published, `published_figures` for the published ones.

Stands on: clock, lifecycle, petition, shared.
"""
