"""The citizen's page.

Here is what the page of a draft or petition shows, what is sent from it, and who may open it. Start with `posts`.

Stands on: citizen, contact, conversation, files, language, lifecycle, petition, publishing, shared, understanding.
"""
