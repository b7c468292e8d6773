"""The routing of a petition: the unit that must handle it, and why.

Here are places, kinds of text, levels of government, rules, the learned model and the decision. Import `routing`
for the decision and `places` for wards.

Stands on: language, lifecycle, petition, units.
"""
