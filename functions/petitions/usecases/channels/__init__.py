"""Petitions that came on another channel than Zalo and the portal: handed in one by one or as a file of many.

Import `hand_in` for one petition, whoever hands it in: an officer with the form, a row of a file, another system; and
`follow_changes` for what other systems hear afterwards.

Stands on: accusations, contact, files, jobs, officers, petition, shared.
"""
