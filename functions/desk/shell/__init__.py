"""The parts that all routes of the desk have in common.

They are the session, the check of permissions, access to the use cases, static files, and readers of forms and JSON.

Stands on: nothing.
"""
