"""The watch over the system itself: silence of Zalo, and schedules that have not run.

Import any module.

Stands on: shared.
"""
