"""The delivery of push subscriptions by HTTP POST with an identity token.

`server` uses `Pusher` and `read_key`. The package imports only `wire`, `subscriptions` and `broker`.
"""
