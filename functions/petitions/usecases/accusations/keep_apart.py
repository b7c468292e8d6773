"""A later text that tells of misconduct becomes a petition of its own, which coordinators alone may read.

Where it accuses the coordinators, their superior alone may.

It is judged before it is stored where a unit could read it, by the same model as a first text. It is kept whole: what
is harmless in it a coordinator passes on in words of their own. The first petition does not change, so that its unit
sees no step, no news and no count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.pages.links import OPEN_FOR
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.confidentiality import is_with_coordinators
from petitions.domain.petition.petition import Addition, Petition
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.shared.records import HANOI
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE
from petitions.ports.messages import Message
from petitions.ports.store import Query, Transaction
from petitions.usecases.petition.file_petition import MAX_ADDED, PetitionFiling, masked_title, remembering
from petitions.usecases.shared.named_officers import CoordinatorsJudge, accused_by_name
from petitions.usecases.shared.petition_changes import Actor, begin_petition, changed_fields, citizen_in, plan_notice


@dataclass(frozen=True)
class KeptApart:
    """Where the words went."""

    first: Petition
    """The petition to which they were sent."""
    petition: Petition
    """The petition that holds them."""
    messages: list[Message]
    """Messages to publish; none if it held them before."""

    def remembered_by(self, citizen: Citizen) -> Citizen:
        """Return the citizen with the petition that holds them among their own."""
        known = any(own.code == self.petition.code for own in citizen.petitions)
        return citizen if known else remembering(citizen, self.petition)

    def words(self, texts: Texts) -> str:
        """Return what its filer is told: who reads the words, and what their first petition still waits for."""
        key = "kept_apart_waiting" if self.first.state is State.AWAITING_CITIZEN else "kept_apart"
        return texts.render(key, code=self.petition.code, about=self.first.code)


@dataclass(frozen=True)
class KeepApart:
    """The use case, within the transaction in which the words would be stored."""

    judge: CoordinatorsJudge
    filing: PetitionFiling
    texts: Texts

    def __call__(
        self,
        tx: Transaction,
        first: Petition,
        told: Sequence[Addition],
        files: Sequence[FileRef],
        by: Actor,
        now: datetime,
    ) -> KeptApart | None:
        """Keep the words and files from the unit of the first petition if they tell of misconduct.

        Return None if they tell of none. Further words of this kind join those before them until somebody has passed
        these on.
        """
        words = "\n".join(
            [*filter(None, (addition.text for addition in told)), *filter(None, (file.name for file in files))]
        )
        coordinators = self._is_of_coordinators(tx, first, words)
        if not coordinators and (not words or _is_read_by_no_unit(first) or not self._accuses(tx, first, words)):
            return None
        found = tx.find(Query("petitions", where=(("apart_from", "==", first.code),)))
        before = [Petition.model_validate(document.data) for document in found]
        holding = next((petition for petition in before if _holds(petition, told, words)), None)
        if holding is not None and not files:
            return KeptApart(first, holding, [])
        for petition in before:
            open_to_none = petition.state in OPEN_STATES and _is_read_by_no_unit(petition)
            if open_to_none and petition.accuses_coordinators == coordinators:
                joined = self.filing.join(tx, petition, [*told], [*files], by, now)
                if joined is not None:
                    return KeptApart(first, joined[0], [joined[2]])
        whose = (COORDINATORS, self.judge.superior) if coordinators else (UNKNOWN_OFFICE, COORDINATORS)
        born, message = self._begun(tx, first, words, files, by, now, *whose)
        return KeptApart(first, born, [message])

    def _accuses(self, tx: Transaction, first: Petition, words: str) -> bool:
        """Return whether the words tell of misconduct, also of an officer of those units whom they name.

        A doubt, which keeps a first text for a person to decide, would split one in five innocent later texts off.
        """
        units = [first.unit, *first.coordinating]
        judge = self.judge.tells_of_misconduct
        return judge(words) or accused_by_name(tx, words, first.contact.name, units, judge) is not None

    def _is_of_coordinators(self, tx: Transaction, first: Petition, words: str) -> bool:
        """Return whether the words accuse the coordinators, who read the first petition or may come to.

        The routing reads what is added before it.
        """
        unrouted = first.state is State.NEW and first.routed is None
        if not words or unrouted or first.accuses_coordinators:
            return False
        return self.judge.accused(tx, words, first.contact.name)

    def told_later(self, tx: Transaction, kept: KeptApart, now: datetime) -> list[Message]:
        """Tell a filer who is not in a conversation now; who filed off Zalo cannot be told."""
        citizen = citizen_in(tx, kept.petition.citizen)
        if citizen is None or not kept.messages:
            return []
        tx.update(citizen_path(kept.petition.citizen), changed_fields(citizen, kept.remembered_by(citizen)))
        notice = Notice(
            id=f"kept-apart-{kept.petition.code}-{kept.petition.version}",
            kind=NoticeKind.KEPT_APART,
            channel="zalo",
            citizen=kept.petition.citizen,
            text=kept.words(self.texts.to(citizen.language)),
            about=About(code=kept.petition.code, seq=kept.petition.version),
            created_at=now,
        )
        return [plan_notice(tx, notice)]

    def _begun(
        self,
        tx: Transaction,
        first: Petition,
        words: str,
        files: Sequence[FileRef],
        by: Actor,
        now: datetime,
        accused: str,
        unit: str,
    ) -> tuple[Petition, Message]:
        """File the words on the way of the first petition, whose filer may hear of them."""
        born = Petition(
            code=make_code(now.astimezone(HANOI).date(), self.filing.ids.code_letters()),
            source=first.source,
            citizen=first.citizen,
            accused=accused,
            unit=unit,
            apart_from=first.code,
            title=masked_title(words, first.contact),
            content=words[:MAX_ADDED],
            files=[*files],
            address=first.address,
            ward=first.ward,
            location=first.location,
            contact=first.contact,
            state=State.NEW,
            filed_at=now,
            page=self.filing.ids.token(),
            page_until=now + OPEN_FOR,
        )
        return begin_petition(tx, born, self.filing.timekeeping, by, now)


def _is_read_by_no_unit(petition: Petition) -> bool:
    """Return whether coordinators alone have it, or the routing is yet to read all of it."""
    return is_with_coordinators(petition) or (petition.state is State.NEW and petition.routed is None)


def _holds(petition: Petition, told: Sequence[Addition], words: str) -> bool:
    """Return whether the petition has these words already: the portal tells some things twice."""
    added = [(addition.at, addition.text) for addition in petition.additions]
    return petition.content == words or (bool(told) and all((addition.at, addition.text) in added for addition in told))
