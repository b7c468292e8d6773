"""The public database.

Here are projections written and read, and the sealed view for the person who filed. Import any module.

Stands on: figures, files, petition, shared.
"""
