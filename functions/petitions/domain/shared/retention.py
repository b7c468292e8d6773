"""Retention times of records that serve only as a memory. The store deletes them once `expires_at` has passed.

The fields are declared in `infra/gcp/firestore.indexes.json`. Petitions are not among them: the years of the archive
govern those (LAW 5.4), and an erasure (`domain/privacy/erasure.py`).
"""

from __future__ import annotations

from datetime import timedelta

HANDLED_EVENTS_KEPT_FOR = timedelta(days=90)
"""For handled events: longer than any redelivery or replay."""

LETTERS_KEPT_FOR = timedelta(days=90)
"""For dead letters: as long as the record of the event that they failed to become, which makes a replay harmless."""

UNCONSENTED_FOR = timedelta(days=7)
"""How long texts without consent are kept before they are erased."""

SEARCH_WORDS_KEPT_FOR = timedelta(days=7)
"""For words that an officer saved to search for, if they may contain a name."""

JOBS_KEPT_FOR = timedelta(days=45)
"""For jobs: longer than a month, so that a schedule's monthly job is not started twice."""

CHATS_KEPT_FOR = timedelta(days=400)
"""For citizens' messages in the chat (LAW 5.9): as long as the records of the year in which they were handled.

A petition keeps its own copy of the filing. Objects in Cloud Storage and drafts have no `expires_at`, so a sweep ends
these (`usecases.privacy.end_retention`).
"""

RECORDS_KEPT_FOR = timedelta(days=400)
"""For reminders, letters, requests for contact, notices of moved deadlines, and difficulties once they are closed.

This is the year that units are scored on, and a month to object. A sweep ends difficulties, because of their files
(`usecases.privacy.end_retention`).
"""
