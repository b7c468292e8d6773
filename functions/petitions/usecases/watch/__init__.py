"""Detection of silent failures: no events from Zalo for too long, and schedules that have not run.

Import any module.

Stands on: shared.
"""
