"""The conversation with a citizen as pure functions.

Here are the meaning of a message at a step, the next question, and the effects that follow. Import `conversation` for
a turn and `citizen` for the stored state.

Stands on: files, language, lifecycle, petition, routing, shared.
"""
