"""Work after a restore: make the restored database safe, repeat erasures in it, and drill both.

`restore` and `erasures` are `make restored` and `make erasures`. `backup_drill` rehearses a restore on the stack of
`drill_stack`. The package depends on the shared modules of `infra.operate` and on `pause`. Only the command line and
tests import it.
"""
