"""E-mails sent to an office: reading a message, and keeping it until an officer has decided on it.

Stands on: language, petition, shared.
"""
