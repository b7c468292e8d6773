"""Official reports: made from all petitions' histories in the background, read at the desk, and frozen permanently.

Stands on: figures, jobs, shared.
"""
