"""The training mode, on a laptop only: tasks on invented petitions, judged by the stored result.

Stands on: shell.
"""
