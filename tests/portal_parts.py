"""The use cases that exchange data with the national portal, and petitions with a history, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from petitions.adapters import reference
from petitions.adapters.understanding import routers
from petitions.domain.files.attachment import AttachmentState, copy_name
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.petition.classification import Classification
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import Contact, Petition, Rating, petition_path
from petitions.domain.petition.petition_file import PetitionFile, file_path
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.routing.proposed_class import judge_readers
from petitions.domain.shared.records import replace
from petitions.ports.files import Files
from petitions.ports.messages import Publisher
from petitions.ports.portal import Portal
from petitions.ports.store import Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.contact.request_contact import RequestContact
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.portal.apply_change import ApplyChange
from petitions.usecases.portal.portal_births import PortalBirths
from petitions.usecases.portal.portal_breaker import PortalBreaker
from petitions.usecases.portal.portal_filers import PortalFilers
from petitions.usecases.portal.portal_files import PortalFiles
from petitions.usecases.portal.pull_changes import PullChanges
from petitions.usecases.portal.push_petition import PushPetition
from petitions.usecases.portal.reconcile_portal import ReconcilePortal
from petitions.usecases.portal.repair_portal import RepairPortal
from petitions.usecases.portal.sweep_portal import SweepPortal
from petitions.usecases.shared.named_officers import CoordinatorsJudge
from petitions.usecases.shared.timekeeping import Timekeeping
from tests.fakes import FakeFiles

APPROVER = Officer(
    id="minh", name="Trần Văn Minh", email="m@sxd.example.vn", unit="SXD", role=Role.HEAD, position="Phó Giám đốc"
)
WORDS = "Theo quy định của thành phố."
SPOKEN = {State.AWAITING_CITIZEN, State.REFUSED, State.TRANSFERRED_OUT}
"""States that the portal accepts only together with a text to the citizen."""


class PortalParts:
    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        clock: Clock,
        ids: Ids,
        portal: Portal,
        files: Files | None = None,
        *,
        reports_misconduct: Callable[[str], bool] | None = None,
    ) -> None:
        self.store, self.clock, self.bucket = store, clock, files or FakeFiles()
        units, texts = reference.national_units(), reference.texts()
        self.timekeeping = Timekeeping(reference.rules(), reference.calendar(), reference.ladder(), reference.chores())
        self.breaker = PortalBreaker(store, clock)
        sent = PortalFiles(store, self.bucket, portal)
        self.push = PushPetition(store, clock, portal, units, self.breaker, sent)
        self.sweep = SweepPortal(store, clock, self.push)
        births = PortalBirths(ids, units, self.timekeeping)
        filing = PetitionFiling(ids, texts, self.timekeeping)
        tells, may_tell, doubts = judge_readers(routers.router().route)
        readers = (reports_misconduct or tells, may_tell, reports_misconduct or doubts)
        judge = CoordinatorsJudge(routers.routing_rules().superiors, reference.directory(), *readers)
        contacting = RequestContact(texts, self.timekeeping, judge)
        keep_apart = KeepApart(judge, filing, texts)
        filers = PortalFilers(filing, contacting, keep_apart)
        self.apply = ApplyChange(store, publisher, clock, texts, self.timekeeping, units, births, filers)
        self.repair = RepairPortal(store, publisher, clock, portal, self.apply)
        self.pull = PullChanges(store, clock, portal, self.apply, self.breaker, self.repair)
        self.reconcile = ReconcilePortal(store, clock, portal, self.breaker, self.repair)

    def file(self, code: str, **more: Any) -> None:
        """Store a classified petition with the first line of its history. `more` replaces fields of the petition."""
        now = self.clock.now()
        decided = {"nature": "conduct", "statement": "report", "field": "khac", "by": "lan", "at": now}
        fields: dict[str, Any] = {
            "code": code,
            "citizen": "pseudonym",
            "title": "Đèn đường hỏng",
            "content": "Đèn đường trước số 5 hỏng đã một tuần.",
            "address": "5 phố Huế",
            "contact": Contact(name="Nguyễn Thị Lan", phone="0912345678"),
            "state": State.NEW,
            "classified": Classification.model_validate(decided),
            "filed_at": now,
        }
        petition = Petition(**(fields | more))
        self.store.create(officer_path(APPROVER.id), APPROVER.stored())
        entry = HistoryEntry(seq=1, at=now, action="filed", role="citizen", unit=petition.unit, to_state=State.NEW)
        assert self.store.create(history_path(code, 1), entry.stored())
        assert self.store.create(petition_path(code), petition.stored())

    def petition(self, code: str) -> Petition:
        return Petition.model_validate(self.store.get(petition_path(code)))

    def line(
        self,
        code: str,
        action: str,
        to: State | None = None,
        *,
        role: str = "officer",
        updates: Mapping[str, Any] | None = None,
        filer_text: str | None = None,
    ) -> int:
        """Add a line of history as the use cases write it, and update the petition. Return the number of the line."""
        before = self.petition(code)
        state, seq = to or before.state, before.version + 1
        fields: dict[str, Any] = {"state": state, "version": seq, **(updates or {})}
        self.store.update(petition_path(code), fields)
        entry = HistoryEntry(
            seq=seq,
            at=self.clock.now(),
            action=action,
            role=role,
            unit=fields.get("unit", before.unit),
            from_state=before.state,
            to_state=state,
            filer_text=filer_text or (WORDS if to in SPOKEN else None),
            promised=self.petition(code).promised,
        )
        assert self.store.create(history_path(code, seq), entry.stored())
        return seq

    def keep_file(
        self, code: str, file_id: str, purpose: Literal["petition", "answer"] = "petition", **more: Any
    ) -> None:
        """Store a file of the petition. The file's id is also its content."""
        content, about = file_id.encode(), {"media_type": "application/pdf", "size": len(file_id), **more}
        kept = PetitionFile(
            id=file_id,
            type="file",
            purpose=purpose,
            name=f"{file_id}.pdf",
            object=f"o-{file_id}",
            sha256=hashlib.sha256(content).hexdigest(),
            **({"state": AttachmentState.STORED} | about),
        )
        assert self.store.create(file_path(code, file_id), kept.stored())
        self.bucket.put(copy_name(f"o-{file_id}", str(kept.sha256)), content, "application/pdf")

    def approve(self, code: str, text: str = "Đã thay bóng đèn ngày 24/11.", attachments: Sequence[str] = ()) -> int:
        reply = replace(approved(text, self.clock.now()), attachments=[*attachments])
        return self.line(code, "approve", State.ANSWERED, role="head", updates={"reply": reply.stored()})

    def rate(self, code: str, level: int = 2) -> int:
        rating = Rating.model_validate({"level": level, "at": self.clock.now()})
        return self.line(code, "rated", role="citizen", updates={"rating": rating.stored()})


def approved(text: str, at: datetime) -> StoredAnswer:
    return StoredAnswer(text=text, author="lan", unit="SXD", written_at=at, approved_by="minh", approved_at=at)
