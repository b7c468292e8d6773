"""The fetching, checking and storing of citizens' files, and the notices about them; the checking of officers' files.

Import `keep_attachments` for the entry, `office_files` for what an officer sends.

Stands on: shared.
"""
