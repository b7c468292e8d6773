"""The citizen's page: its views of drafts and petitions, the posts sent from it, and the rights to open it.

Start with `posts`.

Stands on: citizen, contact, conversation, files, language, lifecycle, petition, publishing, shared, understanding.
"""
