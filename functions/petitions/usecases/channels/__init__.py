"""Petitions from channels other than Zalo and the portal, handed in one by one or as a file of many.

Import `hand_in` for a petition from the desk's form, from a row of a file or from another system, and `follow_changes`
for the later changes that other systems read.

Stands on: accusations, contact, files, jobs, officers, petition, shared.
"""
