"""The simulator of the petition system of the National Public Service Portal: its gateway and its own users.

`gateway` and `services` are the API for us, `officer` and `pages` the actions of people at the portal, and `store` its
data. It runs as a separate process. Tests and the bench import `officer`, `services` and `store`. The package depends
on `simulators` and `clock`.
"""
