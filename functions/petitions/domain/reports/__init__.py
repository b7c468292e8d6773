"""Official reports on petitions: the periods, the facts counted in a period, and the forms that count them.

Import `report` to compute one from histories, `periods` and `forms` for the available reports, `frozen` for reports
that can no longer change.

Stands on: clock, lifecycle, petition, shared, units.
"""
