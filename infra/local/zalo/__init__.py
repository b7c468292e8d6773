"""The Zalo simulator: its open API, its OAuth server, its webhooks, and a citizen's phone to play with.

`app` assembles it. `openapi`, `history`, `outgoing`, `template_messages` and `oauth/` are the API for us. `events` and
`delivery` post events to us. `phone` and `citizen` act for a citizen, `control` and `developer` for tests. It runs as a
separate process, so only tests import it. The package depends on `simulators` and `clock`.
"""
