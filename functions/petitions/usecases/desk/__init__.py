"""The pages that an officer reads at the desk.

They are the work list, one petition, its files, and the coordinators' boards. Nothing here writes. Import the module
of the page.

Stands on: officers, petition, shared.
"""
