"""Background jobs, such as making a report, which are started at the desk and done once.

The result is files, which the officer downloads. `RunJob` calls the worker for the kind of job. The worker reports its
progress and returns the files.

Stands on: shared.
"""
