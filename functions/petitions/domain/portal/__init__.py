"""The exchange with the National Public Service Portal.

Here are the values exchanged, conflicts, comparison and differences. Import any module.

Stands on: lifecycle, petition, shared, units.
"""
