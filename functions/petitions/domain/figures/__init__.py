"""Statistics of petitions, called figures: the numbers received, answered, late and so on, by unit, field and ward.

Every entry of a petition's history, called a line, changes the figures. The package computes these changes, the stored
sums, and the values shown. Import `figures` for new lines, `past_figures` for old histories, `figures_row` for shares
and times, `disclosure` for the choice of rows that may be published, `published_figures` for the published ones.

Stands on: clock, lifecycle, petition, shared.
"""
