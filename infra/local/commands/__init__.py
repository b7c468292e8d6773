"""The command line of the local stack, `python -m infra.local`, and what scripts use of it.

`event`, `talk`, `clock`, `fire` and `status` need the standard library alone, so nothing here imports a package at
module level. `talk` is a citizen in the terminal: `talk_line` reads a line, `citizen_phone` sends it with `made_files`,
`stored_input` finds how it was read. The operator's commands use `runner_client`, which talks to a running stack, and
`zalo_event`, which builds signed events. Stands on `stack` and, to start one, on `runner`.
"""
