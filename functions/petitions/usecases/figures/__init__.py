"""The dashboards' figures folded, counted, checked, rebuilt and read.

Import the module of the job.

Stands on: shared.
"""
