"""Replacements for Google's platform on a laptop: the front of Cloud Run, Cloud Scheduler, and Pub/Sub's backlog.

`gate` checks requests and forwards them to a function. `scheduler` runs the schedules that `timetable` finds due, and
moves the clock to the time that `target_time` parsed. `backlog` waits until messages are delivered. `event_log` sends
events to the console. The runner and the console use this package, and the plan of a stack checks schedules with
`timetable`. It depends on `clock` and `oidc`.
"""
