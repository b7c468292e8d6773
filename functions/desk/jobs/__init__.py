"""The officer's long work: asked for, watched, its file fetched.

Stands on: schema, shell.
"""
