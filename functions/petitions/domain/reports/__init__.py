"""Official reports on petitions: the periods, the facts counted in a period, and the forms that count them.

Import `report` to make one from histories, `periods` and `forms` for the reports that can be made, `frozen` for reports
that can no longer change.

Stands on: clock, lifecycle, petition, shared, units.
"""
