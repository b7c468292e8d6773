"""Officers, the permissions of their roles at the desk, and the audit of what they viewed or changed.

Import `policy` to check a permission.

Stands on: files, language, lifecycle, petition, shared, units.
"""
