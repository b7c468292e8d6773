"""Separate petitions for later texts of a filer that report misconduct, readable only by coordinators.

If a text accuses the coordinators themselves, only the office above them may read it.

Before a later text is stored where a unit could read it, the model that judges first texts judges it too. A text that
reports misconduct is stored whole in the separate petition, and a coordinator passes on its harmless parts in their own
words. The first petition does not change, so its unit sees no history line, no news and no different count.
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
from petitions.usecases.petition.file_petition import MAX_ADDED, PetitionFiling, masked_title, with_newest_petition
from petitions.usecases.shared.named_officers import CoordinatorsJudge, accused_by_name
from petitions.usecases.shared.petition_changes import Actor, begin_petition, changed_fields, citizen_in, plan_notice


@dataclass(frozen=True)
class KeptApart:
    """A later text stored in a separate petition, because it reports misconduct."""

    first: Petition
    """The petition to which the filer sent the text."""
    petition: Petition
    """The separate petition that holds the text."""
    messages: list[Message]
    """The messages to publish. Empty if the separate petition held the text already."""

    def remembered_by(self, citizen: Citizen) -> Citizen:
        """Return the citizen with the separate petition added to the list of their petitions."""
        known = any(own.code == self.petition.code for own in citizen.petitions)
        return citizen if known else with_newest_petition(citizen, self.petition)

    def words(self, texts: Texts) -> str:
        """Return the reply to the filer, about the readers of the text and whether the unit still waits for a reply."""
        key = "kept_apart_waiting" if self.first.state is State.AWAITING_CITIZEN else "kept_apart"
        return texts.render(key, code=self.petition.code, about=self.first.code)


@dataclass(frozen=True)
class KeepApart:
    """Store texts that report misconduct in separate petitions, within the transaction that would store the text."""

    judge: CoordinatorsJudge
    filing: PetitionFiling
    texts: Texts

    def __call__(
        self,
        tx: Transaction,
        first: Petition,
        additions: Sequence[Addition],
        files: Sequence[FileRef],
        by: Actor,
        now: datetime,
    ) -> KeptApart | None:
        """Store the text and the files in a separate petition if they report misconduct, otherwise return None.

        Further texts that report misconduct are added to the same separate petition, until a coordinator has passed it
        on to a unit.
        """
        words = "\n".join(
            [*filter(None, (addition.text for addition in additions)), *filter(None, (file.name for file in files))]
        )
        coordinators = self._is_of_coordinators(tx, first, words)
        if not coordinators and (not words or _is_read_by_no_unit(first) or not self._accuses(tx, first, words)):
            return None
        found = tx.find(Query("petitions", where=(("apart_from", "==", first.code),)))
        before = [Petition.model_validate(document.data) for document in found]
        holding = next((petition for petition in before if _holds(petition, additions, words)), None)
        if holding is not None and not files:
            return KeptApart(first, holding, [])
        for petition in before:
            open_to_none = petition.state in OPEN_STATES and _is_read_by_no_unit(petition)
            if open_to_none and petition.accuses_coordinators == coordinators:
                joined = self.filing.join(tx, petition, [*additions], [*files], by, now)
                if joined is not None:
                    return KeptApart(first, joined[0], [joined[2]])
        accused_and_unit = (COORDINATORS, self.judge.superior) if coordinators else (UNKNOWN_OFFICE, COORDINATORS)
        separate, message = self._begun(tx, first, words, files, by, now, *accused_and_unit)
        return KeptApart(first, separate, [message])

    def _accuses(self, tx: Transaction, first: Petition, words: str) -> bool:
        """Return whether the text may report misconduct by the unit, the units that help it, or an officer named in it.

        Even a low score of the model is enough, because the unit would read the text at once.
        """
        if self.judge.doubts(words):
            return True
        units = [first.unit, *first.coordinating]
        return accused_by_name(tx, words, first.contact.name, units, self.judge.reports_misconduct) is not None

    def _is_of_coordinators(self, tx: Transaction, first: Petition, words: str) -> bool:
        """Return whether the text accuses the coordinators and they could read the petition to which it was sent.

        False for a petition that has not been routed yet, because the routing will judge the text.
        """
        unrouted = first.state is State.NEW and first.routed is None
        if not words or unrouted or first.accuses_coordinators:
            return False
        return self.judge.accused(tx, words, first.contact.name)

    def told_later(self, tx: Transaction, kept: KeptApart, now: datetime) -> list[Message]:
        """Plan the notice to a filer whose text came outside a conversation, and update the list of their petitions.

        Return no messages for a filer without Zalo, or if the text was stored before.
        """
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
        """File the text as a new petition, with the first petition's channel, so that its filer can be notified."""
        separate = Petition(
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
        return begin_petition(tx, separate, self.filing.timekeeping, by, now)


def _is_read_by_no_unit(petition: Petition) -> bool:
    """Return whether no unit can read the petition, because coordinators hold it or it has not been routed yet."""
    return is_with_coordinators(petition) or (petition.state is State.NEW and petition.routed is None)


def _holds(petition: Petition, additions: Sequence[Addition], words: str) -> bool:
    added = [(addition.at, addition.text) for addition in petition.additions]
    return petition.content == words or (
        bool(additions) and all((addition.at, addition.text) in added for addition in additions)
    )
