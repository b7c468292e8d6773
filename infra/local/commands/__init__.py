"""The command line of the local stack, `python -m infra.local`, and what scripts use of it.

`event`, `clock`, `fire` and `status` need the standard library alone, so nothing here imports a package at module
level. The operator's commands use `runner_client`, which talks to a running stack, and `zalo_event`, which builds
signed events. Stands on `stack` and, to start one, on `runner`.
"""
