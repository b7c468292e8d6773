"""Difficulties of units: reported from any page, handled by coordinators, and listed by quarter.

Stands on: shell, words.
"""
