"""The training of officers, on a laptop only: tasks on invented petitions, judged by the stored result.

Stands on: shell.
"""
