"""The yearly scoring: the inspector makes, answers and freezes; units read and contest theirs.

Stands on: shell.
"""
