"""What every route of the desk stands in.

Here are the session, the guard of permissions, the use cases at hand, static files, and readers of forms and JSON
bodies.

Stands on: schema.
"""
