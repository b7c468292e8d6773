"""Files of citizens fetched, checked, stored and told about.

Import `keep_attachments` for the entry.

Stands on: shared.
"""
