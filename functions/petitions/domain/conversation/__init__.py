"""The conversation with a citizen as pure functions.

`heard` is the table of what follows from a dialog act in a situation. Import `conversation` for a turn.

Stands on: citizen, language, lifecycle, petition, shared, understanding.
"""
