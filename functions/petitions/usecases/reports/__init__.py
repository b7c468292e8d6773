"""Official reports: made from all petitions' histories in the background, read at the desk, and frozen for good.

Stands on: figures, jobs, shared.
"""
