"""Work after a restore from a backup: make the database safe, repeat erasures of citizens, and rehearse both.

`restore` and `erasures` are `make restored` and `make erasures`. `backup_drill` rehearses a restore on a local stack,
which `drill_stack` controls. The package depends on the shared modules of `infra.operate` and on `pause`. Only the
command line and tests import it.
"""
