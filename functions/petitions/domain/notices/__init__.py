"""A notice to a citizen or officer.

Here are its channel, its progress, the errors of delivery, and whether it is still true. Import any module.

Stands on: files, language, lifecycle, petition, shared.
"""
