"""The jobs that fold, count, check, rebuild and read the dashboards' figures.

Import the module of the job.

Stands on: shared.
"""
