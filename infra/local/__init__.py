"""The whole system on one laptop, with replacements for the cloud, Zalo, the portal and the mail server.

One running copy of the system is a stack. `stack` plans its processes, `runner` starts them and keeps them running,
`console` is its web page, and `commands` is the command line. `platform` replaces Cloud Run and Cloud Scheduler.
`zalo`, `portal` and `mail` are simulators based on `simulators`. Two modules are used everywhere: `clock`, the movable
clock, and `oidc`, the platform's identity tokens. tests/unit/infra/test_rooms.py declares the order of imports.
"""
