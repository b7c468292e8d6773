"""Official reports: made from all histories in the background, read and drilled into at the desk, frozen for good.

Stands on: figures, jobs, shared.
"""
