"""The cloud platform for the functions: the front of Cloud Run, Cloud Scheduler, the backlog of Pub/Sub.

`gate` checks and forwards requests to a function. `scheduler` fires the schedules of `timetable` and moves the clock
to a `target_time`. `backlog` waits until messages are delivered. `event_log` sends the console its events. The runner
and the console use this package, and the plan of a stack checks schedules with `timetable`. It depends on `clock` and
`oidc`.
"""
