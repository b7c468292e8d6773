"""Officers, the permissions of their roles at the desk, and the audit of the data that they view and change.

The desk is the web site where officers work. Import `policy` to check a permission.

Stands on: files, language, lifecycle, petition, shared, units.
"""
