"""Retention times of records that serve only as a memory; the store deletes them once `expires_at` has passed.

The fields are declared in `infra/gcp/firestore.indexes.json`. Petitions and what citizens sent are not among them:
`domain/privacy/erasure.py` and the years of the archive govern those.
"""

from __future__ import annotations

from datetime import timedelta

HANDLED_EVENTS_KEPT_FOR = timedelta(days=90)
"""For handled events: longer than any redelivery or replay."""

RECORDS_KEPT_FOR = timedelta(days=400)
"""For reminders, letters, requests for contact and notices of moved deadlines.

This is the year that units are scored on, and a month to object.
"""
