"""Officers, the permissions of their roles at the desk, and the audit of their views and changes.

Import `policy` to check a permission.

Stands on: files, language, lifecycle, petition, shared, units.
"""
