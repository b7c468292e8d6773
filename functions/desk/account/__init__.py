"""The signed-in officer: signing in and out, and the officer's own settings.

Stands on: shell.
"""
