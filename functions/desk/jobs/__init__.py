"""The officer's background jobs: request, progress and files.

Stands on: shell, words.
"""
