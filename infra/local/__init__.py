"""The same system on one laptop: stand-ins for the cloud, for Zalo, the portal and the mail server; see README.md.

`commands` is the command line, `runner` starts and keeps a stack, `console` is its page, `stack` plans what it
consists of, `platform` stands for Cloud Run and Cloud Scheduler; `zalo`, `portal` and `mail` are simulators on the
common ground of `simulators`. At the top are the two modules on which all of them stand: `clock`, the movable clock,
and `oidc`, the platform's identity tokens. The order of imports is declared in tests/unit/infra/test_rooms.py.
"""
