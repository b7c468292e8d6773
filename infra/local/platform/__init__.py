"""What the cloud's platform does for the functions: Cloud Run's front, Cloud Scheduler, the state of Pub/Sub's backlog.

`gate` checks and forwards requests to one function, `scheduler` fires the schedules of `timetable` and moves the
clock to a `target_time`, `backlog` waits until messages are delivered, `event_log` tells the console what happens.
The runner and the console import from here, and the plan of a stack checks schedules with `timetable`. Stands on
`clock` and `oidc`.
"""
