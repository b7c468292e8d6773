"""One petition as the JSON API answers it: everything but who filed it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from petitions.domain.clock.ladder import Recipient
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.classification import GivenClassification, Nature, PetitionClass, Statement
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.petition.petition import LegalBasis, Location, PortalSync
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.units.directory import Directory
from petitions.usecases.desk.read_petition import PetitionPage
from schema.base import Answer, CopiedAnswer, Instant
from schema.progress import (
    ActionAnswer,
    ClassAnswer,
    ClockAnswer,
    ExtensionAnswer,
    HistoryAnswer,
    LevelAnswer,
    PetitionNoticeAnswer,
)


class PlaceAnswer(Answer):
    """A position to about 100 m: enough to find it, not whose door it is. Degrees."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, place: Location) -> PlaceAnswer:
        """Return the rounded position."""
        return cls(latitude=round(place.latitude, 3), longitude=round(place.longitude, 3))


class AdditionAnswer(CopiedAnswer):
    """What was added after the petition was filed."""

    by: Literal["citizen", "officer"]
    at: AwareDatetime
    type: str
    text: str | None
    correction: bool


class FileAnswer(Answer):
    """A picture or file; `path` is where its bytes are, `thumbnail` where those of its thumbnail are, once they are."""

    id: str
    type: str
    purpose: Literal["petition", "answer"]
    name: str | None
    state: AttachmentState
    media_type: str | None
    size: int | None
    sha256: str | None
    reason: str | None
    path: str | None
    thumbnail: str | None

    @classmethod
    def of(cls, code: str, file: PetitionFile) -> FileAnswer:
        """Return what is known of a file of the petition with this code."""
        path = f"/petitions/{code}/files/{file.id}" if file.state is AttachmentState.STORED else None
        return cls(
            id=file.id,
            type=file.type,
            purpose=file.purpose,
            name=file.name,
            state=file.state,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            reason=file.reason,
            path=path,
            thumbnail=f"{path}/thumbnail" if path and file.thumbnail else None,
        )


class ProposedUnitAnswer(CopiedAnswer):
    """One unit that the routing holds possible."""

    unit: str
    score: float


class RoutedAnswer(CopiedAnswer):
    """What the machine proposed and why."""

    proposals: list[ProposedUnitAnswer]
    why: list[str]
    confidence: float
    auto: bool
    ward_choices: list[str]
    coordinating: list[str]
    directory_version: str
    at: AwareDatetime


class ClassificationAnswer(CopiedAnswer):
    """What an officer took the petition for."""

    nature: Nature
    statement: Statement
    field: str
    by: str
    at: AwareDatetime


class DocumentAnswer(CopiedAnswer):
    """The document that an answer rests on."""

    number: str
    date: date
    signer: str
    position: str


class ReplyAnswer(CopiedAnswer):
    """The unit's answer; `attachments` are the ids of its files, `doubts` why an approver has to look twice."""

    text: str
    basis: str
    attachments: list[str]
    no_evidence: str
    doubts: list[Literal["short", "copied"]]
    copied_from: str | None
    author: str
    unit: str
    written_at: AwareDatetime
    approved_by: str | None
    approved_instead_of: str | None
    approved_at: AwareDatetime | None
    outcome: AnswerOutcome | None
    document: DocumentAnswer | None


class RecoveryAnswer(CopiedAnswer):
    """How the head of the unit means to make up for lateness, and by when."""

    text: str
    until: date
    by: str
    at: AwareDatetime


class PublicationAnswer(CopiedAnswer):
    """What an officer made public of it."""

    summary: str
    answer: str
    by: str
    at: AwareDatetime


class RatingAnswer(CopiedAnswer):
    """How satisfied the citizen is: 1 is very satisfied, 3 not satisfied."""

    level: Literal[1, 2, 3]
    at: AwareDatetime
    reason: str | None


class TwinAnswer(CopiedAnswer):
    """Another petition that seems to tell the same."""

    code: str
    title: str
    state: State
    unit: str


class OtherAnswer(CopiedAnswer):
    """Another petition of the same filer."""

    code: str
    state: State
    unit: str
    filed_at: Instant


class PortalAnswer(Answer):
    """What the national portal calls it, and whether something waits to be told there."""

    national_code: str | None
    waiting: bool

    @classmethod
    def of(cls, sync: PortalSync) -> PortalAnswer:
        """Return how far the portal knows it."""
        return cls(national_code=sync.national_code, waiting=sync.next_at is not None)


class PetitionAnswer(Answer):
    """One petition, without who filed it; of a `confidential` one the citizen's words hide that, too.

    `approvers` may approve the answer if this officer hands it in.
    """

    code: str
    version: int
    title: str
    content: str
    confidential: bool
    address: str
    ward: str | None
    location: PlaceAnswer | None
    kind: str | None
    petition_class: PetitionClass
    classified: ClassificationAnswer | None
    proposed: GivenClassification
    accused: str | None
    level: Literal["normal", "complex", "urgent"]
    state: State
    state_label: str
    unit: str
    unit_name: str
    handler: str | None
    hops: int
    legal_basis: LegalBasis
    filed_at: Instant
    due_at: Instant | None
    additions: list[AdditionAnswer]
    attachments: list[FileAnswer]
    answer_files: list[FileAnswer]
    routed: RoutedAnswer | None
    reply: ReplyAnswer | None
    merged_into: str | None
    absorbed: list[str]
    apart_from: str | None
    duplicates: list[TwinAnswer]
    others_of_filer: list[OtherAnswer]
    accountable: Recipient
    recovery: RecoveryAnswer | None
    publication: PublicationAnswer | None
    rating: RatingAnswer | None
    portal: PortalAnswer
    clocks: list[ClockAnswer]
    late_steps: list[ClockName]
    history: list[HistoryAnswer]
    notices: list[PetitionNoticeAnswer]
    actions: list[ActionAnswer]
    approvers: list[str]
    extension: ExtensionAnswer | None
    levels: list[LevelAnswer]
    classes: list[ClassAnswer]
    as_of: Instant

    @classmethod
    def of(cls, page: PetitionPage, directory: Directory) -> PetitionAnswer:
        """Return the petition as the officer's page has it."""
        petition = page.petition
        return cls(
            code=petition.code,
            version=petition.version,
            title=petition.title,
            content=petition.content,
            confidential=page.confidential,
            address=petition.address,
            ward=petition.ward,
            location=PlaceAnswer.of(petition.location) if petition.location else None,
            kind=petition.kind,
            petition_class=petition.petition_class,
            classified=ClassificationAnswer.of(petition.classified) if petition.classified else None,
            proposed=page.proposed,
            accused=petition.accused,
            level=petition.level,
            state=petition.state,
            state_label=STATE_LABELS[petition.state],
            unit=petition.unit,
            unit_name=directory.name_of(petition.unit),
            handler=petition.handler,
            hops=petition.hops,
            legal_basis=petition.legal_basis,
            filed_at=petition.filed_at,
            due_at=petition.due_at,
            additions=[AdditionAnswer.of(each) for each in petition.additions],
            attachments=[FileAnswer.of(petition.code, each) for each in page.attachments],
            answer_files=[FileAnswer.of(petition.code, each) for each in page.answer_files],
            routed=RoutedAnswer.of(petition.routed) if petition.routed else None,
            reply=ReplyAnswer.of(petition.reply) if petition.reply else None,
            merged_into=petition.merged_into,
            absorbed=petition.absorbed,
            apart_from=petition.apart_from,
            duplicates=[TwinAnswer.of(each) for each in page.twins],
            others_of_filer=[OtherAnswer.of(each) for each in page.others],
            accountable=petition.accountable,
            recovery=RecoveryAnswer.of(petition.recovery) if petition.recovery else None,
            publication=PublicationAnswer.of(petition.publication) if petition.publication else None,
            rating=RatingAnswer.of(petition.rating) if petition.rating else None,
            portal=PortalAnswer.of(petition.sync),
            clocks=[ClockAnswer.of(each) for each in page.clocks],
            late_steps=page.late_steps,
            history=[HistoryAnswer.of(each) for each in page.history],
            notices=[PetitionNoticeAnswer.of(each) for each in page.notices],
            actions=[ActionAnswer.of(each) for each in page.actions],
            approvers=[each.id for each in page.approvers],
            extension=ExtensionAnswer.of(page.extension) if page.extension else None,
            levels=[LevelAnswer.of(each) for each in page.levels],
            classes=[ClassAnswer.of(each) for each in page.classes],
            as_of=page.as_of,
        )
