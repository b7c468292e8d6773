"""Reports of misconduct in texts that arrive after the petition, stored where the accused unit cannot read them.

Import `keep_apart` wherever a later text of a filer is stored.

Stands on: petition, shared.
"""
