"""Zalo's OAuth server: the page on which an administrator consents, and the tokens.

`consent` issues codes. `tokens` exchanges them and rotates refresh tokens. The simulator's `app` and `openapi` import
both. The package depends on `zalo.settings` and `simulators`.
"""
