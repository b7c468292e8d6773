"""The interface for other systems, `/api/v1`, by keys of their own: no pages, no sessions.

Here are who calls, the shapes of what is asked and answered, the routes, and their description in OpenAPI.

Stands on: shell, words.
"""
