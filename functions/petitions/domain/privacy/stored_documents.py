"""Every path at which the system stores documents, in all databases, with the type of the documents.

For documents without a type, the fields are listed with their treatment in an erasure. The module `personal_data` lists
the fields of the types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from petitions.domain.citizen.citizen import Citizen, StoredInput
from petitions.domain.citizen.guidance import Guidance
from petitions.domain.citizen.recovered import RecoveryState
from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.difficulties.difficulty import Difficulty
from petitions.domain.figures.published_figures import CityFigures, PeriodTables, UnitFigures
from petitions.domain.figures.stored_figures import DueFigures, FiguresCheck, FlowFigures, OpenFigures
from petitions.domain.jobs.job import Job
from petitions.domain.mailbox.mail import Mail, MailboxState, MailMark
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.service_account import ServiceAccount
from petitions.domain.pages.page_copy import PageCopy
from petitions.domain.papers.paper import Paper, PaperRegister
from petitions.domain.petition.answering import UnitAnswers
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.petition.transfers import RoutingCorrection
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.portal.portal_differences import Difference
from petitions.domain.privacy.erasure import Erasure
from petitions.domain.privacy.personal_data import ErasureTreatment
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.publishing.own_view import SealedDoor
from petitions.domain.publishing.public import PublicStatus
from petitions.domain.publishing.published import PublishedResult, ResultFacets
from petitions.domain.publishing.search_index import IndexPart
from petitions.domain.reminders.deadline_moves import MovedDeadlines, RecomputeJob
from petitions.domain.reminders.digests import Digest
from petitions.domain.reports.frozen import FrozenReport, PublicReport
from petitions.domain.scoring.scoring import Scoring
from petitions.domain.shared.records import Record
from petitions.domain.units.versions import ReferenceVersion, VersionsInForce
from petitions.domain.watch.arrivals import Arrivals
from petitions.domain.watch.schedule_run import ScheduleRun
from petitions.domain.zalo.grant import ZaloGrant
from petitions.domain.zalo.zalo_consent import ZaloConsent

DocumentFields = Mapping[str, ErasureTreatment]


def _ours(names: str) -> DocumentFields:
    return dict.fromkeys(names.split(), ErasureTreatment.OURS)


COLLECTIONS: Mapping[str, type[Record] | DocumentFields] = {
    "citizens/*": Citizen,
    "citizens/*/inputs/*": StoredInput,
    "petitions/*": Petition,
    "petitions/*/history/*": HistoryEntry,
    "petitions/*/attachments/*": PetitionFile,
    "petitions/*/papers/*": Paper,
    "paper_registers/*": PaperRegister,
    "notices/*": Notice,
    "guidance/*": Guidance,
    "contact_requests/*": ContactRequest,
    "difficulties/*": Difficulty,
    "mails/*": Mail,
    "mail_marks/*": MailMark,
    "mailboxes/*": MailboxState,
    "scorings/*": Scoring,
    "corrections/*": RoutingCorrection,
    "officers/*": Officer,
    "service_accounts/*": ServiceAccount,
    "audit/*": AuditEntry,
    "erasures/*": Erasure,
    "jobs/*": Job,
    "frozen_reports/*": FrozenReport,
    # Ids and shapes of messages, which carry no words (`usecases.shared.outbox`).
    "inbox/*": _ours("schema consumer handled_at expires_at messages unpublished_since tries next_attempt_at"),
    # Raw messages: deleted with their citizen, or if they name that citizen, and at their expiry.
    "dead_letters/*": {
        **_ours("schema consumer message_id reason key attempts kept_at expires_at replayed_at citizen dismissed_at"),
        "payload": ErasureTreatment.WHO,
        "attributes": ErasureTreatment.WHO,
    },
    "reminders/*": _ours("schema_version code clock rung due_version recipient at expires_at skipped"),
    "digests/*": Digest,
    "deadline_moves/*": MovedDeadlines,
    "recomputes/*": RecomputeJob,
    "stats/*": OpenFigures,
    "stats/*/days/*": FlowFigures,
    "stats/*/months/*": FlowFigures,
    "stats/*/years/*": FlowFigures,
    "stats/*/due/*": DueFigures,
    "stats_checks/*": FiguresCheck,
    "portal_inbound/*": InboundChange,
    "portal_differences/*": Difference,
    "portal_state/*": _ours(
        "schema schema_version open since pauses until trial_until cursor lease_until reading newest failing_since at "
        "complete there here equal waiting repaired units_unknown states_here states_there differences"
    ),
    "zalo_state/*": RecoveryState,
    "watch/arrivals": Arrivals,
    "schedule_runs/*": ScheduleRun,
    "zalo_consents/*": ZaloConsent,
    "tokens/*": ZaloGrant,
    "unit_answers/*": UnitAnswers,
    "reference/*": ReferenceVersion,
    "rules/current": VersionsInForce,
    "rules/sending": _ours("paused changed_at"),
    "rules/echoes": _ours("last_at late_at"),
    "statuses/*": PublicStatus,
    "results/*": PublishedResult,
    "search/*": IndexPart,
    "reports/*": PublicReport,
    "site/results": ResultFacets,
    "site/names": FigureNames,
    "site/figures": CityFigures,
    "figures/*": UnitFigures,
    "figure_tables/*": PeriodTables,
    "sealed/*": SealedDoor,
    "pages/*": PageCopy,
    # Counts of wrong digits (GuessBudget), and browsers by page (PageBrowsers).
    "tries/*": _ours("schema_version wrong at began_at expires_at known sent"),
}

DERIVED: Mapping[type[Record], DocumentFields] = {
    # The words and keys by which a petition is found and the marks of its text follow from its words and its filer.
    Petition: {**dict.fromkeys(("words", "found_by", "marks"), ErasureTreatment.FILE), **_ours("tries open_under")},
    # Failed tries of a periodic job (`usecases.shared.sweeping`).
    Notice: _ours("tries"),
    ContactRequest: _ours("tries"),
    Job: _ours("tries"),
}
"""Stored fields that are computed from the fields of the type."""


def declared(path: str) -> type[Record] | DocumentFields:
    """Return the type or the listed fields of the documents at this path. Raise KeyError for an unlisted path."""
    parts = ["*" if place % 2 else part for place, part in enumerate(path.split("/"))]
    return COLLECTIONS.get(path) or COLLECTIONS["/".join(parts)]


def undeclared_fields(path: str, names: Iterable[str]) -> set[str]:
    """Return those field names that are not listed for this path. Raise KeyError for an unlisted path."""
    kind = declared(path)
    known = {*kind.model_fields, *DERIVED.get(kind, ())} if isinstance(kind, type) else set(kind)
    return set(names) - known
