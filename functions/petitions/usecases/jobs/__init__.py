"""Long-running jobs: started at the desk, done once in the background, with files for the starting officer.

`RunJob` calls the worker for the job's kind, which reports its progress and returns files.

Stands on: shared.
"""
