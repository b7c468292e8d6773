"""The runner: the process that starts a planned stack, keeps it running, and stops it.

`supervisor` is its entry; `runner` is one stack, `processes` one supervised process; `provision` makes topics,
officers and reference data in a process of its own; `orphans` and `procfs` find processes through /proc. `orphans`
needs the standard library alone, since the command line imports it. Stands on `console`, `stack` and `platform`.
"""
