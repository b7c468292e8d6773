"""The private web page of a citizen's draft or petition, opened by a secret link.

The room has the content of the page, the posts sent from it (filled-in forms and buttons), and the rights of the
browsers that open it. A *mark* is a short hash of a text or secret. A *word* is a one-time code, sent to the citizen's
chat to confirm a browser. Start with `posts`.

Stands on: citizen, contact, conversation, files, language, lifecycle, petition, publishing, shared, understanding.
"""
