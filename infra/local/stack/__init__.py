"""Plan a local stack before it runs: its folder, ports, settings, addresses and processes.

`folder` and `addresses` need the standard library only and are imported from everywhere. `plan` computes everything
that the runner starts, from the manifest, `ports`, `settings` and `google_emulators`. The package depends on `platform`
for the timetable.
"""
