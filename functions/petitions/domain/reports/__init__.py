"""Official reports: periods, the facts that histories tell of a period, and the forms that count them.

Import `report` to make one from histories, `periods` and `forms` for what can be made, `frozen` for what was frozen.

Stands on: clock, lifecycle, petition, shared, units.
"""
