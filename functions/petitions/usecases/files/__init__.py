"""Citizens' files, which are fetched from Zalo, checked and stored, and the files that officers upload.

Import `keep_attachments` for the entry, `office_files` for officers' files.

Stands on: shared.
"""
