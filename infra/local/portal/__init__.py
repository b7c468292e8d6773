"""A simulator of the National Public Service Portal's petition system: its API, and the people who use it.

`gateway` and `services` are the API that the petition channel calls. `officer` and `pages` are the actions of people at
the portal, and `store` holds the data. It runs as a separate process. Tests and the bench import `officer`, `services`
and `store`. The package depends on `simulators` and `clock`.
"""
