"""The schedules that Cloud Monitoring cannot watch, because it looks back at most 23.5 hours."""

from __future__ import annotations

from datetime import timedelta

LONGEST_GAPS = {
    "figures-check": timedelta(hours=26),
    "figures-publish": timedelta(hours=26),
    "deadlines-repair": timedelta(hours=26),
    "portal-reconcile": timedelta(hours=26),
    "management-report": timedelta(days=20),
}
"""The longest time between two runs: a few hours more than the schedule's cron line allows (a test compares)."""
