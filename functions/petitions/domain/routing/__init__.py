"""Routing of a petition to the unit that must handle it, with the reason.

The package has places, kinds of text, levels of government, rules, the learned model and the decision. Import `routing`
for the decision and `places` for wards.

Stands on: language, lifecycle, petition, units.
"""
