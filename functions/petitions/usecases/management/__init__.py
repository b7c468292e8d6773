"""The monthly report for those who lead: its numbers read, its page made in the background, its link mailed.

Stands on: figures, jobs, officers, shared.
"""
