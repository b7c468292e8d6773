"""The training mode, on a laptop alone: tasks on made-up petitions, and what was stored says how they were done.

Stands on: shell.
"""
