"""The types of documents kept after an erasure, without data of the citizen in their texts, with the legal ground."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.difficulties.difficulty import Difficulty
from petitions.domain.mailbox.mail import Mail
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.papers.paper import Paper
from petitions.domain.petition.answering import UnitAnswers
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.publishing.public import PublicStatus
from petitions.domain.publishing.published import PublishedResult
from petitions.domain.publishing.search_index import IndexPart
from petitions.domain.scoring.scoring import Scoring
from petitions.domain.shared.records import Root

PUBLIC_RECORD = "public record"
"""The ground of texts that a named officer published, without the filer (LAW 5.8)."""
OFFICES_OWN = "the office's own words"
"""The ground of officers' texts that belong to no petition. A citizen's name in them is masked."""

KEPT_BY_LAW: Mapping[type[Root], str] = {
    Petition: "LAW 5.4",
    HistoryEntry: "LAW 5.4",
    Paper: "LAW 5.4",
    InboundChange: "LAW 5.4",
    # Petitions that came by e-mail and are still to be entered. Other mails are deleted after a while.
    Mail: "LAW 2.4",
    # Reminders and news to officers, for the year that is scored.
    Difficulty: "LAW 6.1",
    Scoring: "LAW 6.1",
    AuditEntry: "LAW 5.7",
    PublicStatus: PUBLIC_RECORD,
    PublishedResult: PUBLIC_RECORD,
    IndexPart: PUBLIC_RECORD,
    UnitAnswers: OFFICES_OWN,
}
"""The legal ground by type of document. Documents of other types keep no texts."""
