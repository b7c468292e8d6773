"""Citizens' events are applied to the conversation and carried out; messages are recovered after an outage.

Import `take_input` for the entry.

Stands on: accusations, contact, files, petition, privacy, shared, zalo.
"""
