"""Long work: asked for at the desk, done once in the background, its files fetched by who asked.

`RunJob` calls the worker of the job's kind, whatever that is; a worker reports its progress and returns files.

Stands on: shared.
"""
