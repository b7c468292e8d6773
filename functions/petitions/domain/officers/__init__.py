"""Officers, what each role may do at the desk, and the audit of what they looked at or changed.

Import `policy` to ask for a permission.

Stands on: lifecycle, petition, shared.
"""
