"""Reports of misconduct in texts that arrive after the petition, stored out of the accused unit's reach.

Import `keep_apart` to store any later text of a filer.

Stands on: petition, shared.
"""
