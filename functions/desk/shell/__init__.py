"""What every route of the desk stands in.

Here are the session, the guard of permissions, the use cases at hand, static files, and readers of forms and of JSON.

Stands on: nothing.
"""
