"""The inbox of contact requests and of low ratings.

Stands on: shell.
"""
