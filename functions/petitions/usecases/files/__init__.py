"""The fetching, checking and storing of citizens' files, and the notices about them.

Import `keep_attachments` for the entry.

Stands on: shared.
"""
