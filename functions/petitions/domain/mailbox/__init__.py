"""E-mails to the office: parsing a message, and its record in the tray until an officer has decided on it.

Stands on: language, petition, shared.
"""
