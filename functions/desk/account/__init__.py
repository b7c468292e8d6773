"""Whoever is at the desk.

Here are the sign-in and sign-out, who is signed in, and an officer's own settings.

Stands on: shell.
"""
