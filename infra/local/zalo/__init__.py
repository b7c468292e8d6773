"""The Zalo simulator: its open API, its OAuth server, its webhooks, and a citizen's phone to play with.

`app` puts it together; `openapi`, `history`, `outgoing`, `template_messages` and `oauth/` are what Zalo serves to us,
`events` and `delivery` what it posts to us; `phone` and `citizen` are a citizen's hands, `control` and `developer`
those of tests. It runs as a process of its own: only tests import it. Stands on `simulators` and `clock`.
"""
