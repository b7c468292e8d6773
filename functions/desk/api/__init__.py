"""The interface for other systems, `/api/v1`, authenticated by API keys. It has no pages and no sessions.

This package has authentication, the shapes of requests and responses, the routes, and the OpenAPI description.

Stands on: shell, words.
"""
