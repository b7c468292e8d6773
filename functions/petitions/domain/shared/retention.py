"""How long what only remembers is kept: the store deletes a document once its `expires_at` has passed.

The fields are declared in `infra/gcp/firestore.indexes.json`. Petitions and what citizens sent are not among them:
they go by `domain/privacy/erasure.py` and by the years of the archive.
"""

from __future__ import annotations

from datetime import timedelta

SEEN = timedelta(days=90)
"""An event that was handled: longer than any redelivery or replay."""

SHOWN = timedelta(days=400)
"""Who was reminded, written to or told of a moved deadline: for the yearly scoring of units, and a month to argue."""
