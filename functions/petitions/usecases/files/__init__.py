"""The fetching, checking and storing of citizens' files, the notices about them, and the checking of officers' files.

Import `keep_attachments` for the entry, `office_files` for officers' files.

Stands on: shared.
"""
