"""The system on one laptop, with replacements for the cloud, Zalo, the portal and the mail server (see README.md).

`commands` is the command line, `runner` starts and keeps a stack, `console` is its page, `stack` plans its processes,
and `platform` replaces Cloud Run and Cloud Scheduler. `zalo`, `portal` and `mail` are simulators based on `simulators`.
Two modules are used everywhere: `clock`, the movable clock, and `oidc`, the platform's identity tokens.
tests/unit/infra/test_rooms.py declares the order of imports.
"""
