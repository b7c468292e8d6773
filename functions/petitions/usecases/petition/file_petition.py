"""Changes of petitions by a citizen's message, within its transaction: filing, rating, additions, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Literal

from petitions.domain.citizen.citizen import MAX_PETITIONS, Citizen, OwnPetition
from petitions.domain.citizen.conversation import Filed
from petitions.domain.citizen.draft import InputPart, PetitionDraft, contact_of
from petitions.domain.conversation.turn import (
    AddToPetition,
    GiveRatingReason,
    RateAnswer,
    WithdrawPetition,
    with_conversation,
)
from petitions.domain.language.similarity import fingerprint
from petitions.domain.language.texts import Texts
from petitions.domain.language.words import shortened
from petitions.domain.lifecycle.lifecycle import Action, ClockEffect, ForbiddenTransition, Role, State, transition
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.officers.officer import Officer
from petitions.domain.pages.links import OPEN_FOR, page_of
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.history_actions import HistoryAction, RecordedAction
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.petition import (
    CONTACT_FIELDS,
    TITLE_LENGTH,
    Addition,
    Contact,
    KeyedIn,
    Petition,
    Rating,
)
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.privacy.original_words import title_by_mail
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import HANOI, replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.ports.world import Ids
from petitions.usecases.officers.on_hand import concerned_officers
from petitions.usecases.shared.petition_changes import (
    Actor,
    Change,
    begin_petition,
    change_petition,
    petition_in,
    plan_notice,
)
from petitions.usecases.shared.telling_dates import due_in_words
from petitions.usecases.shared.timekeeping import DERIVED, Timekeeping

MAX_ADDITIONS = 200
MAX_ADDED = 100_000
"""The most characters of additions to a petition. A document is limited to 1 MiB. The messages are stored anyway."""

_CITIZEN = Actor(Role.CITIZEN)


@dataclass(frozen=True)
class KeyedInFrom:
    """The origin of a petition that an officer or another system entered."""

    source: Literal["paper", "phone"]
    received_at: datetime
    """The time of receipt, from which the reception clock runs."""
    taken: KeyedIn
    """The officer or system, the time, and the notice of data processing."""
    actor: Actor
    files: tuple[FileRef, ...] = ()
    """References to the attached scans."""
    urgent: bool = False
    """Whether the petition reports a danger of which the duty officers have been notified."""


@dataclass(frozen=True)
class PetitionFiling:
    """Changes petitions as a citizen's message requires. `officers_texts` are for e-mails to officers."""

    ids: Ids
    officers_texts: Texts
    timekeeping: Timekeeping

    def file(
        self, tx: Transaction, citizen: str, draft: PetitionDraft, now: datetime, by_hand: KeyedInFrom | None = None
    ) -> tuple[Petition, Message]:
        """Create a petition with its code, its reception clock, its first history line and references to its files.

        Return the petition and the message to publish. `by_hand` is set for petitions that did not come through Zalo.
        """
        code = make_code(now.astimezone(HANOI).date(), self.ids.code_letters())
        content = draft.content()
        created = Petition(
            code=code,
            source=by_hand.source if by_hand else "zalo",
            taken=by_hand.taken if by_hand else None,
            citizen=citizen,
            title=masked_title(content, contact_of(draft)),
            content=content,
            files=list(by_hand.files) if by_hand else _file_refs(draft),
            address=draft.address or "",
            ward=draft.ward,
            location=draft.location,
            contact=contact_of(draft),
            state=State.NEW,
            level="urgent" if by_hand and by_hand.urgent else "normal",
            filed_at=by_hand.received_at if by_hand else now,
            page=draft.page or self.ids.token(),
            page_until=now + OPEN_FOR,
            additions=[addition_of(part, "citizen") for part in draft.beyond],
        )
        if by_hand is None:
            return begin_petition(tx, created, self.timekeeping, _CITIZEN, now)
        return begin_petition(tx, created, self.timekeeping, by_hand.actor, now, by_hand.received_at)

    def rate(self, tx: Transaction, effect: RateAnswer, now: datetime) -> tuple[Petition, Message]:
        """Record the citizen's rating. Return the petition and the message to publish."""
        petition = petition_in(tx, effect.code)
        reason = effect.reason and effect.reason[:MAX_ADDED]
        rating = Rating.model_validate({"level": effect.level, "at": now, "reason": reason})
        return change_petition(tx, petition, {"rating": rating}, Change(RecordedAction.RATED, _CITIZEN, now))

    def give_reason(self, tx: Transaction, effect: GiveRatingReason, now: datetime) -> tuple[Petition, list[Message]]:
        """Record the reason for a low rating. Return the petition and the messages to publish.

        Nothing is recorded if the petition has no rating any more, as after reopening.
        """
        petition = petition_in(tx, effect.code)
        if petition.rating is None:
            return petition, []
        rating = replace(petition.rating, reason=effect.reason[:MAX_ADDED])
        after, message = change_petition(
            tx, petition, {"rating": rating}, Change(RecordedAction.RATING_REASON, _CITIZEN, now)
        )
        return after, [message]

    def add(
        self, tx: Transaction, effect: AddToPetition, texts: Texts, now: datetime, *, goes_on: bool
    ) -> tuple[str | None, list[Message]]:
        """Add the citizen's texts and files to a filed petition, in the order in which Zalo received them.

        If the unit waits for the citizen, the petition returns to its earlier state and its clocks resume. If not all
        parts fit, the first ones are added. Return the reply, if there is one, and the messages to publish. With
        `goes_on`, the reply explains how to finish adding.
        """
        petition = petition_in(tx, effect.code)
        additions = [addition_of(part, effect.by, correction=effect.correction) for part in effect.parts]
        corrected = self._corrected(petition, effect)
        added = additions[: _that_fit(petition, additions)] or additions
        files = [part.reference() for part in effect.parts[: len(added)] if part.is_file()]
        joined = self.join(tx, petition, added, files, Actor(Role(effect.by)), now, corrected=corrected)
        if joined is None:
            return texts.render("additions_full", code=petition.code), []
        after, action, message = joined
        if len(added) < len(additions):
            return texts.render("additions_partly", code=petition.code, count=len(additions) - len(added)), [message]
        if corrected is not petition:
            names = [_FIELD_NAMES.get(name, name) for name in effect.contact] + ["place"] * bool(effect.place)
            fields = ", ".join(texts.render(f"field_{name}") for name in names)
            return self._reply(texts, "corrected_contact", goes_on, code=petition.code, what=fields), [message]
        key = "supplemented" if action is Action.SUPPLEMENT else "corrected" if effect.correction else "added"
        if effect.quiet or effect.by == "officer":
            return None, [message]
        dates = due_in_words(after, texts) if action is Action.SUPPLEMENT else {}
        return self._reply(texts, key, goes_on, code=petition.code, **dates), [message]

    @staticmethod
    def _reply(texts: Texts, key: str, goes_on: bool, **values: str) -> str:  # noqa: FBT001 - passed on from `add`
        more = "correct_more" if key == "corrected_contact" else "add_more"
        return " ".join([texts.render(key, **values), *([texts.render(more)] if goes_on else [])])

    @staticmethod
    def _corrected(petition: Petition, effect: AddToPetition) -> Petition:
        if petition.state is not State.NEW:
            return petition
        corrections: dict[str, Any] = dict(effect.contact)
        contact = replace(petition.contact, **corrections)
        update: dict[str, Any] = {"contact": contact, "address": effect.place or petition.address}
        corrected = replace(petition, **update)
        return petition if corrected == petition else corrected

    def join(
        self,
        tx: Transaction,
        petition: Petition,
        added: list[Addition],
        files: list[FileRef],
        by: Actor,
        now: datetime,
        *,
        corrected: Petition | None = None,
    ) -> tuple[Petition, HistoryAction, Message] | None:
        """Add texts and files to the petition. Return it with the recorded action and a message, or None if it is full.

        `corrected` is the petition with the filer's corrections, if there are any.
        """
        additions = sorted([*petition.additions, *added], key=lambda addition: (addition.at, addition.input))
        if len(additions) > MAX_ADDITIONS or sum(len(addition.text or "") for addition in additions) > MAX_ADDED:
            return None
        more: dict[str, Any] = {"additions": additions, "files": [*petition.files, *files]}
        after = replace((corrected or petition), **more)
        action: HistoryAction = RecordedAction.ADDED
        effects: tuple[ClockEffect, ...] = ()
        if by.role == Role.OFFICER:
            action = RecordedAction.OFFICER_WROTE
        elif petition.state is State.AWAITING_CITIZEN:
            step = transition(petition.state, Action.SUPPLEMENT, Role(by.role), petition.came_from)
            action, effects = step.action, step.effects
            moved = replace(after, state=step.to, came_from=step.came_from)
            after = self.timekeeping.after(moved, effects, now)
        changed, message = change_petition(
            tx,
            petition,
            {name: getattr(after, name) for name in _MOVED},
            Change(action, by, now, clock_effects=tuple(f"{effect.verb} {effect.clock}" for effect in effects)),
        )
        return changed, action, message

    def withdraw(
        self, tx: Transaction, effect: WithdrawPetition, texts: Texts, now: datetime
    ) -> tuple[str, list[Message]]:
        """Withdraw the petition if it is open, and notify its unit. Return the reply and the messages to publish."""
        petition = petition_in(tx, effect.code)
        try:
            messages = self.end(tx, petition, _CITIZEN, now)
        except ForbiddenTransition:
            return texts.render("withdraw_late", code=petition.code), []
        return texts.render("withdrawn", code=petition.code), messages

    def end(
        self, tx: Transaction, petition: Petition, by: Actor, now: datetime, why: Addition | None = None
    ) -> list[Message]:
        """Withdraw the petition at its filer's request, and notify its unit. Raise ForbiddenTransition if it is over.

        `why` is the filer's reason. It is added even if the petition is full.
        """
        step = transition(petition.state, Action.WITHDRAW, Role(by.role), petition.came_from)
        additions = [*petition.additions, why] if why else petition.additions
        moved = replace(petition, state=step.to, came_from=step.came_from, additions=additions)
        after = self.timekeeping.after(moved, step.effects, now)
        notices = [
            self._told(tx, petition, officer, now) for officer in concerned_officers(tx, petition, hanoi(now).date())
        ]
        _, message = change_petition(
            tx,
            petition,
            {name: getattr(after, name) for name in _MOVED},
            Change(
                step.action, by, now, clock_effects=tuple(f"{effect.verb} {effect.clock}" for effect in step.effects)
            ),
        )
        return [message, *notices]

    def _told(self, tx: Transaction, petition: Petition, officer: Officer, now: datetime) -> Message:
        notice = Notice(
            id=f"withdrawn-{petition.code}-{officer.id}",
            kind=NoticeKind.WITHDRAWN,
            channel="email",
            officer=officer.id,
            subject=self.officers_texts.render("withdrawn_subject", code=petition.code),
            text=self.officers_texts.render(
                "withdrawn_officer", title=title_by_mail(petition, officer) or petition.code, code=petition.code
            ),
            page=f"/petitions/{petition.code}",
            about=About(code=petition.code, seq=petition.version + 1),
            created_at=now,
        )
        return plan_notice(tx, notice)


def with_own_petition(citizen: Citizen, petition: Petition, at: datetime) -> Citizen:
    """Return the citizen with the petition in their list and as the last one filed, at Zalo's time `at`."""
    return with_newest_petition(with_conversation(citizen, filed=Filed(code=petition.code, at=at)), petition)


def with_newest_petition(citizen: Citizen, petition: Petition) -> Citizen:
    """Return the citizen with the petition moved to the front of their list of petitions."""
    own = OwnPetition(
        code=petition.code,
        filed_at=petition.filed_at,
        title=petition.title,
        fingerprint=fingerprint(petition.content),
        page=page_of(petition.page) if petition.page else None,
    )
    return replace(citizen, petitions=[own, *citizen.petitions][:MAX_PETITIONS])


_FIELD_NAMES = {own: name for name, own in CONTACT_FIELDS.items()}
_MOVED = ("additions", "files", "state", "came_from", "contact", "address", *DERIVED)


def addition_of(part: InputPart, by: Literal["citizen", "officer"], *, correction: bool = False) -> Addition:
    """Return the part of a message as an addition to a petition."""
    return Addition(
        by=by,
        input=part.key,
        at=part.at,
        type=part.type,
        text=part.words() or None,
        correction=correction,
    )


def _file_refs(draft: PetitionDraft) -> list[FileRef]:
    return [part.reference() for part in (*draft.files(), *draft.beyond) if part.is_file()]


def _that_fit(petition: Petition, added: Sequence[Addition]) -> int:
    left = MAX_ADDED - sum(len(addition.text or "") for addition in petition.additions)
    sizes = accumulate(len(addition.text or "") for addition in added)
    return min(sum(size <= left for size in sizes), MAX_ADDITIONS - len(petition.additions))


def masked_title(content: str, filer: Contact) -> str:
    """Return a petition's title: the first words of its content, with the filer's name and personal numbers masked.

    More people see the title than the content. A home in it is not masked, as it may be the place of the matter.
    """
    person = KnownPerson([filer], without={Personal.HOME})  # the home may be the place of the matter
    return shortened(person.words(" ".join(content.split())), TITLE_LENGTH)
