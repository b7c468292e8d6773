"""A citizen's event, applied to the conversation and carried out, and messages recovered after an outage.

Import `take_input` for the entry.

Stands on: petition, privacy, shared, zalo.
"""
