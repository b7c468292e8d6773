"""The monthly report for the leadership: its numbers read, its page made in the background, its link mailed.

Stands on: figures, jobs, officers, shared.
"""
