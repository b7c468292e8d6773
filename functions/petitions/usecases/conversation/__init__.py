"""Applying citizens' events to the conversation and carrying out the effects. Recovery of messages after an outage.

Start with `take_input`, the entry.

Stands on: accusations, contact, files, lifecycle, petition, privacy, shared, zalo.
"""
