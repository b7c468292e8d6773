"""Files of citizens: fetched from Zalo, checked and stored, with notices about them. Files of officers: checked.

Import `keep_attachments` for the entry, `office_files` for officers' files.

Stands on: shared.
"""
