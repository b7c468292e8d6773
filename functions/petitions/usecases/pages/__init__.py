"""The citizen's page: opening it, keeping its copy up to date, and applying posts sent from it.

Import any module.

Stands on: accusations, conversation, files, lifecycle, petition, shared.
"""
