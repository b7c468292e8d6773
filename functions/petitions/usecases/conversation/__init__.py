"""The chat with citizens: applying their messages, carrying out the effects, and recovering missed messages.

Start with `take_input`, which handles an event from Zalo.

Stands on: accusations, contact, files, lifecycle, petition, privacy, shared, zalo.
"""
