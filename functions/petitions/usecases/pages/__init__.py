"""The private web page of a citizen's draft or petition: opening it, updating its copy, and applying its posts.

A post is a form or button sent from the page. Import any module.

Stands on: accusations, conversation, files, lifecycle, petition, shared.
"""
