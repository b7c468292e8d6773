"""Life after a backup: make a restored database safe, repeat erasures in it, and drill both.

`restore` and `erasures` are `make restored` and `make erasures`; `backup_drill` plays a restore through on the stack
of `drill_stack`. Stands on the shared modules of `infra.operate` and on `pause`; only the command line and tests
import it.
"""
