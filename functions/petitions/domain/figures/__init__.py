"""The figures of the dashboards.

Here are what a change of a petition counts for, and the stored sums. Import `figures` for new lines and
`past_figures` for old histories.

Stands on: lifecycle, petition, shared.
"""
