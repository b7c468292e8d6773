"""E-mails to the office: read into the tray by a schedule, shown there, and decided on by officers.

Stands on: accusations, channels, officers, petition, shared.
"""
