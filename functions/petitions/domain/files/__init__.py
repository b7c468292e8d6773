"""Files that citizens and officers send: their types, their storage, and the removal of personal metadata.

The package has the states of an attachment, file types recognised by their bytes, the removal of metadata (`scrubbing`,
with a module per format), the links that may be downloaded, and CSV tables. Import any module.

Stands on: language, shared.
"""
