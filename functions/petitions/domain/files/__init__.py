"""Files of citizens and officers.

Here are the states of an attachment, file types recognised by their bytes, metadata that is removed (`scrubbing`, with
a module per format), links that may be fetched, and CSV tables. Import any module.

Stands on: language, shared.
"""
