"""A citizen with data in every type of stored document, and the steps of erasing this citizen."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from petitions.domain.citizen.citizen import Citizen, StoredInput
from petitions.domain.citizen.guidance import Guidance
from petitions.domain.citizen.recovered import RecoveryState
from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.difficulties.difficulty import Difficulty, DifficultyFile
from petitions.domain.figures.published_figures import (
    CITY_PATH,
    CityFigures,
    PeriodTables,
    UnitFigures,
    tables_path,
    unit_path,
)
from petitions.domain.figures.stored_figures import DueFigures, FiguresCheck, FlowFigures, OpenFigures
from petitions.domain.files.attachment import Attachment, AttachmentState, copy_name, original_name
from petitions.domain.jobs.job import Job
from petitions.domain.lifecycle.states import State
from petitions.domain.mailbox.mail import Mail, MailboxState, MailFile, MailMark, MailState
from petitions.domain.notices.notice import About, Notice, NoticeState
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.service_account import ServiceAccount
from petitions.domain.pages.links import copy_path, page_id
from petitions.domain.papers.paper import Paper, PaperRegister
from petitions.domain.papers.sheet import Sheet
from petitions.domain.petition.answering import UnitAnswers
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.petition.transfers import RoutingCorrection
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.portal.portal_differences import Difference
from petitions.domain.privacy.personal_data import ErasureTreatment
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.domain.reminders.deadline_moves import MovedDeadlines, RecomputeJob
from petitions.domain.reminders.digests import Digest
from petitions.domain.reports.frozen import FrozenReport, PublicReport, public_report_path
from petitions.domain.scoring.scoring import Scoring
from petitions.domain.shared.identity import pseudonym
from petitions.domain.units.versions import ReferenceVersion, VersionsInForce
from petitions.domain.watch.arrivals import Arrivals
from petitions.domain.watch.schedule_run import ScheduleRun
from petitions.domain.zalo.zalo_consent import ZaloConsent
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from tests.unit.privacy.planting import SPELLED, WHO, Planter
from tests.unit.world import ID_KEY, USER, World

HMAC = pseudonym(ID_KEY, USER)
CODE = "HN-261123-0000-000K"
OBJECT = "unguessable-name"
SHOWN = "a-picture-of-the-desk"
MAILED = "a-file-of-a-mail"
FIGURES: dict[str, Any] = {name: {"SXD": {"in": 1}} for name in ("units", "fields", "wards", "kinds", "days")}
SENTENCE = "Cán bộ một cửa trả chậm khi tôi làm giấy khai sinh cho con"


def plant(world: World, state: State = State.IN_PROGRESS) -> Planter:
    """Store a document of every type with a unique word in every text field, and also files and dead letters."""
    made, at = Planter(), world.clock.now() - timedelta(hours=1)
    made.at = at
    about = About(code=CODE, seq=1)
    file = Attachment(id="k-1", state=AttachmentState.STORED, object=OBJECT, sha256="aa")
    petition = made(
        Petition,
        citizen=HMAC,
        code=CODE,
        unit="SXD",
        restricted_at=None,
        state=state,
        contact=Contact.model_validate(WHO),
        version=1,
        clocks={},
        filed_at=at,
    )
    documents = {
        f"citizens/{HMAC}": made(Citizen, zalo_id=USER, next_attempt_at=None, erased_at=None),
        f"citizens/{HMAC}/inputs/k": made(StoredInput, citizen=HMAC, files=[file], next_attempt_at=None),
        f"petitions/{CODE}": petition,
        f"petitions/{CODE}/history/1": made(HistoryEntry, seq=1),
        f"petitions/{CODE}/attachments/k-1": made(PetitionFile, id="k-1", object=OBJECT, sha256="aa"),
        f"petitions/{CODE}/papers/p": made(
            Paper,
            id="p",
            code=CODE,
            object=OBJECT,
            sheet=made(Sheet),
            making=None,
            pdf=None,
            docx=None,
            signature=None,
        ),
        "paper_registers/SXD:2026": made(PaperRegister),
        "notices/mine": made(
            Notice, ErasureTreatment.WHO, id="mine", citizen=HMAC, officer=None, state=NoticeState.SENT, about=about
        ),
        "notices/theirs": made(Notice, id="theirs", citizen=None, officer="sxd-head", about=about, attempt=None),
        "guidance/g": made(Guidance, citizen=HMAC, code=CODE),
        "contact_requests/c": made(ContactRequest, citizen=HMAC, code=CODE),
        "jobs/j": made(Job),
        "difficulties/d": made(
            Difficulty,
            code=CODE,
            files=[made(DifficultyFile, ErasureTreatment.WHO, media_type="image/png", object=SHOWN, sha256="aa")],
        ),
        "mails/theirs": made(
            Mail,
            ErasureTreatment.WHO,
            sender=WHO["email"],
            state=MailState.NEW,
            arrived_at=at,
            files=[made(MailFile, ErasureTreatment.WHO, id="1", object=MAILED, sha256="aa")],
        ),
        "mails/anothers": made(
            Mail, state=MailState.NEW, sender="binh@example.vn", sender_name="Bình", arrived_at=at, words_until=None
        ),
        "mail_marks/m": made(MailMark),
        "mailboxes/b": made(MailboxState),
        "watch/arrivals": made(Arrivals),
        "schedule_runs/r": made(ScheduleRun),
        "frozen_reports/r": made(FrozenReport),
        "scorings/s": made(Scoring),
        "portal_inbound/i": made(InboundChange, code=CODE),
        "portal_differences/i": made(Difference, code=CODE),
        "audit/a": made(AuditEntry, code=CODE),
        "officers/sxd-head": made(Officer, id="sxd-head"),
        "service_accounts/tong-dai": made(ServiceAccount, id="tong-dai"),
        f"corrections/{CODE}-1": made(RoutingCorrection, code=CODE),
        "digests/d": made(Digest),
        "deadline_moves/m": made(MovedDeadlines, code=CODE),
        "recomputes/current": made(RecomputeJob),
        "stats/SXD": made(OpenFigures),
        "stats/SXD/days/2026-11-23": made(FlowFigures, **FIGURES),
        "stats/SXD/months/2026-11": made(FlowFigures, **FIGURES),
        "stats/SXD/years/2026": made(FlowFigures, **FIGURES),
        "stats/SXD/due/2026-11-23": made(DueFigures),
        "stats_checks/2026-11-23": made(FiguresCheck),
        "zalo_state/recovery": made(RecoveryState),
        "zalo_consents/c": made(ZaloConsent),
        "unit_answers/SXD": made(UnitAnswers),
        "reference/r": made(ReferenceVersion),
        "rules/current": made(VersionsInForce, kinds={}, mergers=[], unit_edits=[]),
    }
    for path, document in documents.items():
        world.store.create(path, document.stored())
    for name in (
        original_name(OBJECT, "aa"),
        copy_name(OBJECT, "aa"),
        original_name(OBJECT, "orphan"),
        copy_name(SHOWN, "aa"),
        original_name(MAILED, "aa"),
        copy_name(MAILED, "aa"),
    ):
        world.kept.put(name, b"bytes", "image/jpeg")
    world.public.create(FIGURE_NAMES_PATH, made(FigureNames).stored())
    world.public.create(CITY_PATH, made(CityFigures).stored())
    world.public.create(unit_path("SXD"), made(UnitFigures).stored())
    world.public.create(tables_path("2026-11"), made(PeriodTables).stored())
    world.public.create(public_report_path("r"), made(PublicReport).stored())
    world.project(CODE)
    keep = KeepDeadLetter(world.store, world.clock, ID_KEY)
    event = {"event_name": "oa_send_text", "recipient": {"id": USER}, "message": {"text": "vếtthưchết"}}
    wrapped = {"data": base64.b64encode(json.dumps(event).encode()).decode(), "key": "", "attempts": 1}
    attributes = {"consumer": "zalo-receipts-notifications", "message_id": "7", "reason": "malformed"}
    keep(DeadLetter("1", json.dumps(wrapped).encode(), attributes, ""))
    keep(DeadLetter("2", "vếtđầu".encode(), {"consumer": "zalo-events-intake", "message_id": "8"}, HMAC))
    # Letters without a key. They contain the citizen's own data or Zalo id.
    for number, word in enumerate((*SPELLED, USER), 9):
        escaped = json.dumps({"event_name": "unheard_of", "words": f"vếtlạc, {word}"}).encode()
        keep(DeadLetter(str(number), escaped, {"consumer": "x", "message_id": str(number)}, ""))
    keep(DeadLetter("99", f"\xff vếtlạc {USER}".encode(), {"consumer": "x", "message_id": "99"}, ""))
    return made


def asks(world: World, **more: Any) -> None:
    world.intake(world.event("user_withdraw", user_id=USER, **more))


def sweep(world: World, minutes: int = 1) -> None:
    for _ in range(minutes):
        world.clock.advance(minutes=1)
        world.erase()
        world.relay()


def tells(world: World) -> str:
    path = next(path for path in world.store.paths("notices") if "erased-" in path)
    world.store.update(path, {"state": "sent"})
    forgets(world)
    return str(world.store.documents[path]["text"])


def forgets(world: World, state: str = "sent") -> None:
    """Store the result of asking Zalo to delete the citizen's profile, by default a success."""
    for path in [path for path in world.store.paths("notices") if "profile-" in path]:
        world.store.update(path, {"state": state})


def everything(world: World) -> str:
    stored = [world.store.documents, world.public.documents, sorted(world.kept.objects), world.publisher.published]
    return "".join(map(repr, stored)) + unsealed(world)


def unsealed(world: World) -> str:
    """Return the public page copies that the citizen's last four telephone digits decrypt, joined."""
    doors = {path: world.public.documents[path]["box"] for path in world.public.paths("sealed")}
    keys = [world.seals.open(path, WHO["phone"][-4:], box) for path, box in doors.items()]
    pages = [(copy_path(page_id(key.decode())), key.decode()) for key in keys if key]
    opened = [world.seals.open(path, key, world.public.documents[path]["box"]) for path, key in pages]
    return "".join(content.decode() for content in opened if content)
