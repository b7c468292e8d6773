"""The conversation with a citizen as pure functions.

Here are the meaning of a message at a step, the next question, and the effects that follow. Import `conversation` for
a turn.

Stands on: citizen, language, lifecycle, petition, understanding.
"""
