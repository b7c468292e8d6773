"""A citizen's stored data: contact, petitions, conversation, and every message that the citizen sent.

Import `citizen` for the document. Its parts are in `conversation` and `draft`.

Stands on: files, language, petition, routing, shared.
"""
