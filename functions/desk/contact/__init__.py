"""The inbox of citizens who asked for a call or a talk with an officer, and of low ratings.

Stands on: shell.
"""
