"""Official reports: chosen, created in the background, read, explored down to petitions, and frozen.

Stands on: shell, words.
"""
