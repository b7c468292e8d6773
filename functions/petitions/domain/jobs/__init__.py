"""Long-running jobs for officers: their kinds, their progress, and the files that they make.

Import `job` for one job and `job_kinds` for the kinds.

Stands on: language, lifecycle, officers, shared.
"""
