"""The files of an issued paper: rendered from the fixed contents, signed, checked, stored, and sent to the filer.

The work can stop anywhere and be repeated. Rendering gives the same bytes every time. If a paper was signed several
times, the signature stored first is valid. The hash of the file is stored too, which shows later changes. No files are
made after the filer's data have been erased.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import telemetry
from petitions.domain.files.attachment import copy_name, folders
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.states import Role
from petitions.domain.notices.enclosures import FilesElsewhere, enclosures_of
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.pages.links import page_address
from petitions.domain.papers.paper import (
    MAKING_LEASE,
    FrozenFile,
    Making,
    Paper,
    PaperState,
    SignatureCheck,
    paper_path,
)
from petitions.domain.papers.paper_file import DOCX, PDF, paper_file
from petitions.domain.petition.history_actions import RecordedAction
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import NeedsHuman, Permanent, PetitionError, Retryable
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.papers import PaperRenderer, PaperSigner, Signing
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.papers.draft_paper import paper_in
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    change_petition,
    changed_fields,
    citizen_in,
    petition_in,
    plan_notice,
)

_FAULTS = {"paper_signing": "Dịch vụ ký số không ký được.", "paper_rendering": "Không tạo được tệp."}
_OTHER_FAULT = "Hệ thống gặp lỗi khi tạo tệp."


@dataclass(frozen=True)
class _Made:
    rendered: str
    pdf: FrozenFile
    docx: FrozenFile
    check: SignatureCheck


@dataclass(frozen=True)
class MakePaperFiles:
    """Makes the files of issued papers: PDF, DOCX and signature."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files
    renderer: PaperRenderer
    signer: PaperSigner
    texts: Texts
    directory: Directory
    citizen_url: str

    def __call__(self, code: str, paper_id: str) -> None:
        """Make the files of an issued paper, or check the signature again if the files exist.

        Raise Retryable, Permanent or NeedsHuman. The desk shows the last two as a fault of the paper.
        """
        paper = self.store.transact(lambda tx: self._claim(tx, code, paper_id))
        if paper is None:
            return
        if paper.pdf is not None:
            self._recheck(paper, paper.pdf)
            return
        try:
            self._freeze(paper, self._make(paper))
        except Retryable:
            self.store.transact(lambda tx: self._release(tx, paper, None))
            raise
        except PetitionError as error:
            words = _FAULTS.get(error.reason, _OTHER_FAULT)
            self.store.transact(lambda tx: self._release(tx, paper, words))
            raise

    def _claim(self, tx: Transaction, code: str, paper_id: str) -> Paper | None:
        petition, before, now = petition_in(tx, code), paper_in(tx, code, paper_id), self.clock.now()
        if petition.restricted_at or before.state is PaperState.DRAFT or before.object is None:
            return None
        if before.state is PaperState.READY:
            return before
        if before.is_in_hand(now):
            raise Retryable("the files are being made", reason="paper_making")
        claimed = replace(before, making=Making(attempt=self.ids.token(), until=now + MAKING_LEASE))
        tx.update(paper_path(code, paper_id), changed_fields(before, claimed))
        return claimed

    @staticmethod
    def _release(tx: Transaction, paper: Paper, fault: str | None) -> None:
        before = paper_in(tx, paper.code, paper.id)
        if before.making == paper.making:
            after = replace(before, making=None, fault=fault)
            tx.update(paper_path(paper.code, paper.id), changed_fields(before, after))

    def _make(self, paper: Paper) -> _Made:
        sheet, made_at = paper.sheet, paper.issued_at
        if sheet is None or made_at is None:
            raise Permanent("an issued paper has no page", reason="paper_rendering")
        # A worker that died has left another signature of the same page.
        self.files.erase(folders(paper.object or "")[1])
        rendered, word = self.renderer.pdf(sheet, made_at), self.renderer.docx(sheet, made_at)
        signing = Signing(
            paper.unit, paper.issued_by or "", f"{paper.label} {sheet.number_line}", sheet.place,
            " ".join(sheet.issuer), sheet.signer, self.clock.now(),
        )  # fmt: skip
        signed = self.signer.sign(rendered, signing)
        check = self.signer.check(signed, self.clock.now())
        if not check.intact:
            raise NeedsHuman("the signature does not hold", reason="paper_signing")
        return _Made(_hash(rendered), self._put(paper, signed, PDF), self._put(paper, word, DOCX), check)

    def _put(self, paper: Paper, content: bytes, media_type: str) -> FrozenFile:
        frozen = FrozenFile(sha256=_hash(content), size=len(content))
        self.files.put(copy_name(paper.object or "", frozen.sha256), content, media_type)
        return frozen

    def _freeze(self, paper: Paper, made: _Made) -> None:
        def freeze(tx: Transaction) -> list[Message]:
            petition, before = petition_in(tx, paper.code), paper_in(tx, paper.code, paper.id)
            if before.making != paper.making:
                raise Retryable("another one makes the files", reason="paper_making")
            now = self.clock.now()
            citizen = citizen_in(tx, petition.citizen) if petition.source == "zalo" else None
            files: dict[str, Any] = {
                "rendered": made.rendered,
                "pdf": made.pdf,
                "docx": made.docx,
                "signature": made.check,
            }
            state: dict[str, Any] = {"state": PaperState.READY, "making": None, "fault": None}
            ready = replace(before, **state, **files)
            tx.update(paper_path(paper.code, paper.id), changed_fields(before, ready))
            changed, message = change_petition(
                tx, petition, {}, Change(RecordedAction.PAPER_SIGNED, Actor(Role.SYSTEM), now)
            )
            if citizen is None:
                return [message]
            notice = self._notice(changed, ready, self.texts.to(citizen.language), now)
            return [message, plan_notice(tx, notice)]

        key = f"{paper.code}:{paper.id}"
        commit(self.store, self.publisher, self.clock, producer="paper-files", key=key, body=freeze)

    def _notice(self, petition: Petition, paper: Paper, texts: Texts, now: datetime) -> Notice:
        unit = self.directory.name_of(paper.unit)
        elsewhere = FilesElsewhere(unit, petition.code, page_address(petition, self.citizen_url, texts.language))
        params = {"code": petition.code, "unit": unit, "what": paper_file(paper).name or ""}
        return Notice(
            id=f"{petition.code}-{paper.id}",
            kind=NoticeKind.PAPER,
            channel="zalo",
            citizen=petition.citizen,
            text=texts.render("paper_sent", **params),
            files=enclosures_of([paper_file(paper)], texts, elsewhere),
            about=About(code=petition.code, seq=petition.version),
            template=params,
            created_at=now,
        )

    def _recheck(self, paper: Paper, pdf: FrozenFile) -> None:
        content = b"".join(self.files.read(copy_name(paper.object or "", pdf.sha256)))
        found = self.signer.check(content, self.clock.now())
        found = replace(found, intact=found.intact and _hash(content) == pdf.sha256)
        if not found.intact:
            telemetry.log("ERROR", "a frozen paper was changed", metric="paper_changed", petition=paper.code)

        def keep_check(tx: Transaction) -> None:
            before = paper_in(tx, paper.code, paper.id)
            after = replace(before, signature=found)
            tx.update(paper_path(paper.code, paper.id), changed_fields(before, after))

        self.store.transact(keep_check)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
