"""E-mails sent to an office: parsing a message, and storing it until an officer has decided on it.

Stands on: language, petition, shared.
"""
