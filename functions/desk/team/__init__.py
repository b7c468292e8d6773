"""Many petitions at once, hand-overs and deputies, as pages and as JSON.

Stands on: petition, shell.
"""
