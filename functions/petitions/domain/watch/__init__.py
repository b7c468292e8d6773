"""The system's watch over itself: whether Zalo's events arrive, and whether rare schedules run.

Import any module.

Stands on: clock, shared.
"""
