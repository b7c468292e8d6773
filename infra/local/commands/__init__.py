"""The command line of the local stack, `python -m infra.local`, and parts of it that scripts use.

`event`, `talk`, `clock`, `fire` and `status` need the standard library only, so no module here imports a package at the
top. `talk` simulates a citizen in the terminal: `talk_line` parses a line, `citizen_phone` sends the message with files
from `made_files`, and `stored_input` looks up how the system understood the message. The operator's commands use
`runner_client`, a client of a running stack, and `zalo_event`, which builds signed events. The package depends on
`stack` and, to start one, on `runner`.
"""
