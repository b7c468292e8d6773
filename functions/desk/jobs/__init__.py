"""The officer's long work: asked for, watched, its files fetched.

Stands on: shell, words.
"""
