"""The simulator of the petition system of the National Public Service Portal: its gateway, and the portal's own people.

`gateway` and `services` are what it serves to us, `officer` and `pages` what people do at the portal, `store` what it
holds. It runs as a process of its own; tests and the bench import `officer`, `services` and `store`. Stands on
`simulators` and `clock`.
"""
