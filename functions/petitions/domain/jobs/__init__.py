"""Long-running jobs that officers start, such as reports and exports: their kinds, their progress, and their files.

Import `job` for one job and `job_kinds` for the kinds.

Stands on: language, lifecycle, officers, shared.
"""
