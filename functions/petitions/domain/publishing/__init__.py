"""The public part of a petition.

Here are the projection of a petition, the published result, and the sealed view for the petitioner. Import any module.

Stands on: clock, conversation, files, language, lifecycle, notices, petition, routing, shared, understanding.
"""
