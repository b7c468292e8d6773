"""Official reports: periods, the facts of a period according to histories, and the forms that count them.

Import `report` to make one from histories, `periods` and `forms` for the reports that can be made, `frozen` for the
frozen ones.

Stands on: clock, lifecycle, petition, shared, units.
"""
