"""The process that starts a local stack, keeps its processes running, and stops them.

`supervisor` is its entry point, `runner` a running stack, and `processes` a supervised process. `provision` creates
topics, officers and reference data in a separate process. `orphans` and `procfs` find processes through /proc.
`orphans` needs the standard library only, because the command line imports it. The package depends on `console`,
`stack` and `platform`.
"""
