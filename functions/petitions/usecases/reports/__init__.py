"""Official reports: made from all histories in the background, read at the desk down to petitions, frozen for good.

Stands on: figures, jobs, shared.
"""
