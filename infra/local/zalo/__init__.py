"""The Zalo simulator: its open API, its OAuth server, its webhook deliveries, and a citizen's phone as a web page.

`app` assembles it. `openapi`, `history`, `outgoing`, `template_messages` and `oauth/` are the API that the petition
channel calls. `events` and `delivery` post events to its webhook. `phone` and `citizen` act for a citizen, `control`
and `developer` serve tests. It runs as a separate process, so only tests import it. The package depends on `simulators`
and `clock`.
"""
