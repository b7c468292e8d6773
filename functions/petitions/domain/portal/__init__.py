"""The exchange of petitions with the National Public Service Portal.

The room has the values exchanged, the changes made on the portal, the rules for conflicting changes, and the nightly
comparison of both sides. Import any module.

Stands on: lifecycle, petition, shared, units.
"""
