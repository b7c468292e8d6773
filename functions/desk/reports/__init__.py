"""Official reports: chosen, made in the background, read, drilled into, frozen.

Stands on: shell, words.
"""
