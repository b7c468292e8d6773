"""Difficulties that units meet in their work: reporting, handling by coordinators, and the list by quarter.

Stands on: shell, words.
"""
