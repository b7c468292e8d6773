"""Jobs that take long, such as making a report. They are started at the desk and done once in the background.

The result is files, which the officer downloads. `RunJob` calls the worker for the kind of job. The worker reports its
progress and returns the files.

Stands on: shared.
"""
