"""The parts of a petition that others may see: the public state, the published result, and the petitioner's own view.

Import any module.

Stands on: clock, conversation, files, language, lifecycle, notices, petition, routing, shared, understanding.
"""
