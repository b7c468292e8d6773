"""E-mails to the office: fetched by a schedule into a list at the desk (the tray), where officers decide on them.

Stands on: accusations, channels, officers, petition, shared.
"""
