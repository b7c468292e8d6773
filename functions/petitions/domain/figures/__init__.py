"""The figures of the dashboards.

Here are the effect of a petition's change on the figures, the stored sums, and what is read of them. Import `figures`
for new lines, `past_figures` for old histories, `figures_row` for shares and times, `disclosure` for what may be
published of them, `published_figures` for what is.

Stands on: clock, lifecycle, petition, shared.
"""
