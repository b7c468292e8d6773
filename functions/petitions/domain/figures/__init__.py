"""Statistics of petitions for dashboards: how many were received, answered, late, and so on, by unit, field and ward.

Here are the change that one history line makes to these figures, the stored sums, and the values shown. Import
`figures` for new lines, `past_figures` for old histories, `figures_row` for shares and times, `disclosure` for the
choice of rows that may be published, `published_figures` for the published ones.

Stands on: clock, lifecycle, petition, shared.
"""
