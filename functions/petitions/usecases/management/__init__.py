"""The monthly report for the leadership: its numbers, its page made in the background, and the e-mail with its link.

Stands on: figures, jobs, officers, shared.
"""
