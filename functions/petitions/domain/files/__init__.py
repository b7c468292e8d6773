"""Files of citizens and officers.

Here are the states of an attachment, file types recognised by their bytes, metadata that is removed, links that may be
fetched, and CSV tables. Import any module.

Stands on: shared.
"""
