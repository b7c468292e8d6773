"""The conversation with a citizen as pure functions.

Here are what a message means in a step, what is asked next, and the effects that follow. Import `conversation` for
a turn and `citizen` for the stored state.

Stands on: files, language, lifecycle, petition, routing, shared.
"""
