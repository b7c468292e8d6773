"""Routing of a petition to the unit that must handle it, with the reason.

The room recognises the ward, the kind of text and the level of government. Rules and a trained model then decide.
Import `routing` for the decision and `places` for wards.

Stands on: language, lifecycle, petition, units.
"""
