"""The common parts of all routes.

Here are the session, the guard of permissions, access to the use cases, static files, and readers of forms and JSON.

Stands on: nothing.
"""
