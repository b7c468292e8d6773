"""Apply citizens' events to the conversation and carry out the effects, and recover messages after an outage.

Start with `take_input`, which handles an event from Zalo.

Stands on: accusations, contact, files, lifecycle, petition, privacy, shared, zalo.
"""
