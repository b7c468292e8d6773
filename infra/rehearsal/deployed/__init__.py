"""The system that was deployed to the fake control plane, running on this machine.

* `functions` starts the functions from their archives
* `front` routes requests to them as Google does
* `messages` and `jobs` are Pub/Sub and Cloud Scheduler as deployed
* `around` runs the emulators and fakes beside them
* `running` is all of it together
"""
