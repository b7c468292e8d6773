"""An officer's background jobs, such as exports and reports: request, progress and files.

Stands on: shell, words.
"""
