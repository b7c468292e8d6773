"""The Zalo simulator: its open API, its OAuth server, its webhooks, and a citizen's phone to play with."""
