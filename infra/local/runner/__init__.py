"""The runner: the process that starts a planned stack, keeps it running, and stops it.

`supervisor` is its entry point, `runner` a stack, `processes` a supervised process. `provision` makes topics, officers
and reference data in a separate process. `orphans` and `procfs` find processes through /proc. `orphans` needs the
standard library only, because the command line imports it. The package depends on `console`, `stack` and `platform`.
"""
