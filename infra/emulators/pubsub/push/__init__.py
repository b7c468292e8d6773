"""The delivery of push subscriptions by HTTP POST with an identity token.

`server` uses `Pusher` and `read_key`. This room stands on `wire`, `subscriptions` and `broker`.
"""
