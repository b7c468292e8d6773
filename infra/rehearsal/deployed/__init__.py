"""Run the system that was deployed to the fake control plane, on this machine.

* `functions` starts the functions from the deployed archives
* `front` routes requests to the functions as Google does
* `messages` and `jobs` do the work of Pub/Sub and Cloud Scheduler with the deployed configuration
* `around` runs the emulators, and the fakes of Zalo, the portal and the mail server
* `running` is all of it together
"""
