"""Zalo's OAuth server: the page on which an administrator gives consent, and the tokens.

`consent` issues codes. `tokens` exchanges a code for tokens, and replaces refresh tokens. The simulator's `app` and
`openapi` import both. The package depends on `zalo.settings` and `simulators`.
"""
