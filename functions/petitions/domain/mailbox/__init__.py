"""E-mails to the office: how one is read, and its life in the tray until an officer has decided on it.

Stands on: language, petition, shared.
"""
