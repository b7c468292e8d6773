"""The times for which records are kept that serve only as a memory. The store deletes a record after its `expires_at`.

The fields with such times are declared in `infra/gcp/firestore.indexes.json`. Petitions have none: the law determines
for how many years they are kept (LAW 5.4), or an erasure removes their data (`domain/privacy/erasure.py`).
"""

from __future__ import annotations

from datetime import timedelta

HANDLED_EVENTS_KEPT_FOR = timedelta(days=90)
"""For handled events. It is longer than any message can be delivered again or replayed."""

LETTERS_KEPT_FOR = timedelta(days=90)
"""For dead letters. It is the time for the record of the same event, which makes a replay harmless."""

UNCONSENTED_FOR = timedelta(days=7)
"""For texts that citizens sent without giving their consent."""

SEARCH_WORDS_KEPT_FOR = timedelta(days=7)
"""For search texts saved by an officer, if they may contain a name."""

JOBS_KEPT_FOR = timedelta(days=45)
"""For jobs. It is longer than a month, so that a monthly job of a schedule is not started twice."""

CHATS_KEPT_FOR = timedelta(days=400)
"""For citizens' messages in the chat (LAW 5.9). It is the time for the records of the year in which they were handled.

A petition keeps its own copy of its text. Objects in Cloud Storage and drafts have no `expires_at`, so a job deletes
them (`usecases.privacy.end_retention`).
"""

RECORDS_KEPT_FOR = timedelta(days=400)
"""For reminders, letters, citizens' requests for an officer, notices of moved deadlines, and closed difficulties.

It is the year for which units are scored, and a month to object. A job deletes difficulties, because they have files
(`usecases.privacy.end_retention`).
"""
