"""What the system watches about itself: whether Zalo's events arrive, and whether rare schedules run.

Import any module.

Stands on: clock, shared.
"""
