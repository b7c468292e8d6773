"""The exchange with the National Public Service Portal.

Here are the values that travel, conflicts, comparison and differences. Import any module.

Stands on: lifecycle, petition, shared.
"""
