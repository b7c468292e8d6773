"""What a stack consists of, before anything runs: its folder, ports, settings, addresses and processes.

`folder` and `addresses` need the standard library alone and are imported from everywhere; `plan` works out everything
that the runner starts, from the manifest, `ports`, `settings` and `google_emulators`. Stands on `platform` for the
timetable.
"""
