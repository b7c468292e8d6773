"""Checks of the system on itself: whether Zalo's events arrive, and whether rarely run schedules run.

Import any module.

Stands on: clock, shared.
"""
