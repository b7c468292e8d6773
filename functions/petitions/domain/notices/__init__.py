"""Notices, i.e. messages that the system sends to citizens and officers.

Here are the choice of the channel, the progress of sending, the errors of delivery, and the check whether a notice is
still true. Import any module.

Stands on: files, language, lifecycle, petition, shared.
"""
