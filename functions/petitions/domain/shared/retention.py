"""Retention times of records kept only for reference. The store deletes a record after its `expires_at`.

The fields with such times are declared in `infra/gcp/firestore.indexes.json`. Petitions have none: the law determines
for how many years they are kept (LAW 5.4), or an erasure removes their data (`domain/privacy/erasure.py`).
"""

from __future__ import annotations

from datetime import timedelta

HANDLED_EVENTS_KEPT_FOR = timedelta(days=90)
"""The retention of handled events. It is longer than any message can be delivered again or replayed."""

LETTERS_KEPT_FOR = timedelta(days=90)
"""The retention of dead letters.

The record of the same event, which makes a replay harmless, is kept for the same time.
"""

UNCONSENTED_FOR = timedelta(days=7)
"""The retention of texts that citizens sent without giving their consent."""

SEARCH_WORDS_KEPT_FOR = timedelta(days=7)
"""The retention of search texts that an officer saved, if they may contain a name."""

JOBS_KEPT_FOR = timedelta(days=45)
"""The retention of jobs. It exceeds a month, so that a monthly job of a schedule is not started twice."""

CHATS_KEPT_FOR = timedelta(days=400)
"""The retention of citizens' messages in the chat (LAW 5.9).

It is the time for the records of the year in which they were handled. A petition keeps its own copy of its text.
Objects in Cloud Storage and drafts have no `expires_at`, so a job deletes them (`usecases.privacy.end_retention`).
"""

RECORDS_KEPT_FOR = timedelta(days=400)
"""The retention of reminders, letters, requests for an officer, notices of moved deadlines, closed difficulties.

It is the year for which units are scored, and a month to object. A job deletes difficulties, because they have files
(`usecases.privacy.end_retention`).
"""
