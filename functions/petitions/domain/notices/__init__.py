"""Notices, i.e. messages that the system sends to citizens and officers.

The room has the choice of the channel, the progress of sending, delivery errors, and the check whether a notice is
still true. Import any module.

Stands on: files, language, lifecycle, petition, shared.
"""
