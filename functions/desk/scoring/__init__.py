"""The yearly scoring of units: calculated and frozen by the inspector, read and contested by the units.

Stands on: shell.
"""
