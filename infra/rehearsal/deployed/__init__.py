"""What was deployed to the fake control plane, running on this machine.

`functions` starts each function from its archive, `front` leads to it as Google does, `messages` and `jobs` are Pub/Sub
and Cloud Scheduler as they were deployed, `around` the emulators and fakes beside them, `running` all of it together.
"""
