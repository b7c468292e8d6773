"""The conversation: (citizen, input) -> (citizen, effects), pure. What to say is a text key; what to do an effect.

One input leads to at most one reply. A text older than the last one applied never answers the question in hand:
it joins the content, or the petition already filed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from petitions.domain import understanding as said
from petitions.domain.citizen import CONSENT_VERSION, Citizen, Consent, Draft, Part, Step
from petitions.domain.codes import find_code, looks_like_code
from petitions.domain.petition import Contact, Location

BURST = timedelta(seconds=60)
"""Parts that follow each other faster are one burst and get one acknowledgement."""

MAX_CHOICES = 6


class Guide(Protocol):
    """What the conversation must know of Hanoi."""

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Codes of the wards that fit, best first, and whether the first is sure."""
        ...

    def ward_name(self, code: str) -> str:
        """The ward's name, with its type."""
        ...


@dataclass(frozen=True)
class Say:
    """A text of the catalogue with its parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FilePetition:
    """The citizen confirmed: a petition is born of this draft."""

    draft: Draft


@dataclass(frozen=True)
class Rate:
    """The citizen's rating of an answer."""

    code: str
    level: int


@dataclass(frozen=True)
class LookUp:
    """The citizen asks how a petition stands."""

    code: str


@dataclass(frozen=True)
class AddTo:
    """Something that belongs to a petition already filed."""

    code: str
    parts: tuple[Part, ...]


Effect = Say | FilePetition | Rate | LookUp | AddTo


@dataclass(frozen=True)
class Input:
    """One event of a citizen, in Zalo's time; several attachments of one event are several parts."""

    key: str
    at: datetime
    parts: tuple[Part, ...]
    name: str | None = None
    phone: str | None = None
    address: str | None = None

    @property
    def text(self) -> str:
        """What was typed, if anything."""
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def location(self) -> Location | None:
        """A shared position, if any."""
        return next((part.location for part in self.parts if part.location), None)


@dataclass(frozen=True)
class Turn:
    """The citizen after an input, and what follows from it."""

    citizen: Citizen
    effects: tuple[Effect, ...] = ()

    def say(self, key: str, **params: Any) -> Turn:
        """The same with one more text to say."""
        return replace(self, effects=(*self.effects, Say(key, params)))


def _talk(citizen: Citizen, **changes: Any) -> Citizen:
    return citizen.model_copy(update={"conversation": citizen.conversation.model_copy(update=changes)})


def converse(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Apply one input. Total: every input in every step has an outcome and leaves a next step."""
    talk = citizen.conversation
    late = talk.last_at is not None and entry.at < talk.last_at
    if not late:
        citizen = _talk(citizen, last_at=entry.at)
        talk = citizen.conversation
    if late:
        turn = _late(citizen, entry)
        if turn is not None:
            return turn
    if not entry.text and talk.step is not Step.IDLE:
        return _silent(citizen, entry, guide)
    command = _command(citizen, entry)
    return command if command is not None else _STEPS[talk.step](citizen, entry, guide)


def _late(citizen: Citizen, entry: Input) -> Turn | None:
    """An input that Zalo delivered after a newer one."""
    talk = citizen.conversation
    if talk.draft is not None:
        return Turn(_with_parts(citizen, entry.parts))
    if talk.in_hand:
        return Turn(citizen, (AddTo(talk.in_hand, entry.parts),))
    return None


def _with_parts(citizen: Citizen, parts: Sequence[Part]) -> Citizen:
    draft = citizen.conversation.draft or Draft()
    for part in parts:
        draft = draft.with_part(part)
        if part.location:
            draft = draft.model_copy(update={"location": part.location})
    return _talk(citizen, draft=draft)


def _silent(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    """Pictures, files, positions, contact data: they join the draft; the question in hand stays."""
    before = citizen.conversation
    citizen = _with_parts(citizen, entry.parts)
    draft = citizen.conversation.draft or Draft()
    known = {"name": entry.name, "phone": entry.phone and said.phone(entry.phone), "address": entry.address}
    draft = draft.model_copy(update={name: value for name, value in known.items() if value})
    citizen = _talk(citizen, draft=draft)
    if before.step in {Step.CONSENT, Step.CONTENT}:
        return _acknowledge(citizen, entry)
    if before.step is Step.ADDRESS and entry.location:
        return _placed(citizen, None, entry.location, guide)
    return _ask(citizen, guide)


def _acknowledge(citizen: Citizen, entry: Input) -> Turn:
    """One acknowledgement a burst."""
    talk = citizen.conversation
    if talk.acknowledged_at is not None and entry.at - talk.acknowledged_at < BURST:
        return Turn(citizen)
    key = "consent_again" if talk.step is Step.CONSENT else "content_more"
    return Turn(_talk(citizen, acknowledged_at=entry.at)).say(key)


def _command(citizen: Citizen, entry: Input) -> Turn | None:
    """Words that mean the same at every step."""
    talk = citizen.conversation
    word = said.plain(entry.text)
    if word in said.CANCEL:
        key = "cancelled" if talk.draft is not None else "nothing_to_cancel"
        return Turn(_talk(citizen, step=Step.IDLE, draft=None, acknowledged_at=None)).say(key)
    if word in said.HELP:
        return Turn(citizen).say("menu" if talk.step is Step.IDLE else "help_" + talk.step.value)
    asks = talk.step is Step.IDLE or len(entry.text) <= 40  # noqa: PLR2004 - a code and a few words around it
    code = find_code(entry.text)
    if code and asks:
        return Turn(citizen, (LookUp(code),))
    if talk.step is Step.IDLE and code is None and looks_like_code(entry.text) and asks:
        return Turn(citizen).say("code_wrong")
    return None


def _idle(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    talk = citizen.conversation
    word = said.plain(entry.text)
    level = said.rating(entry.text)
    if talk.rating_for and level:
        rated = _talk(citizen, rating_for=None)
        return Turn(rated, (Rate(talk.rating_for, level),)).say("rated" if level < 3 else "rated_low")  # noqa: PLR2004
    if word in said.THANKS and talk.in_hand:
        return Turn(citizen).say("you_are_welcome")
    if word in said.GREETING:
        return Turn(citizen).say("menu")
    if all(part.type == "sticker" for part in entry.parts):
        # A sticker, shared contact data or a type that Zalo sends without content: nothing to file yet.
        return Turn(citizen).say("menu")
    begins_empty = word in said.BEGIN
    citizen = _talk(citizen, draft=Draft()) if begins_empty else _with_parts(citizen, entry.parts)
    if citizen.consent is None:
        return Turn(_talk(citizen, step=Step.CONSENT, acknowledged_at=entry.at)).say("consent_ask")
    citizen = _talk(citizen, step=Step.CONTENT, acknowledged_at=entry.at)
    return Turn(citizen).say("content_ask" if begins_empty else "content_more")


def _consent(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    word = said.plain(entry.text)
    if word in said.NO:
        return Turn(_talk(citizen, step=Step.IDLE, draft=None, acknowledged_at=None)).say("consent_refused")
    if word not in said.YES:
        return Turn(_with_parts(citizen, entry.parts)).say("consent_again")
    agreed = citizen.model_copy(update={"consent": Consent(version=CONSENT_VERSION, at=entry.at)})
    agreed = _talk(agreed, step=Step.CONTENT, acknowledged_at=entry.at)
    draft = agreed.conversation.draft
    return Turn(agreed).say("content_more" if draft and draft.content() else "content_ask")


def _content(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    if said.plain(entry.text) in said.DONE:
        return _ask(citizen, guide) if draft.content() else Turn(citizen).say("content_needed")
    return _acknowledge(_with_parts(citizen, entry.parts), entry)


def _ask(citizen: Citizen, guide: Guide) -> Turn:
    """Go to the first question that is still open, or to the summary."""
    draft = citizen.conversation.draft or Draft()
    if draft.name is None and citizen.contact:
        draft = draft.model_copy(update={"name": citizen.contact.name, "phone": citizen.contact.phone})
    citizen = _talk(citizen, draft=draft)
    if draft.address is None and draft.location is None:
        return Turn(_talk(citizen, step=Step.ADDRESS)).say("address_ask")
    if draft.ward is None and draft.address_attempts == 0:
        return _placed(citizen, draft.address, draft.location, guide)
    if draft.ward_choices:
        choices = "\n".join(f"{n}. {guide.ward_name(code)}" for n, code in enumerate(draft.ward_choices, 1))
        return Turn(_talk(citizen, step=Step.WARD)).say("ward_ask", choices=choices)
    if draft.name is None:
        return Turn(_talk(citizen, step=Step.NAME)).say("name_ask")
    if draft.phone is None:
        return Turn(_talk(citizen, step=Step.PHONE)).say("phone_ask")
    return Turn(_talk(citizen, step=Step.CONFIRM)).say("summary", **_summary(draft, guide))


def _summary(draft: Draft, guide: Guide) -> dict[str, Any]:
    return {
        "content": draft.content(),
        "files": len(draft.files()),
        "address": draft.address or "vị trí đã chia sẻ",
        "ward": guide.ward_name(draft.ward) if draft.ward else "chưa rõ, cán bộ sẽ xác định",
        "name": draft.name,
        "phone": "0" + (draft.phone or "").removeprefix("84"),
    }


def _placed(citizen: Citizen, address: str | None, location: Location | None, guide: Guide) -> Turn:
    """Resolve a place: sure, one of several, or unknown (asked once more, then left to the coordinators)."""
    draft = citizen.conversation.draft or Draft()
    wards, sure = guide.wards(address, location)
    attempts = draft.address_attempts + 1
    draft = draft.model_copy(
        update={
            "address": address or draft.address,
            "location": location or draft.location,
            "address_attempts": attempts,
            "ward": wards[0] if sure and wards else None,
            "ward_choices": [] if sure else list(wards[:MAX_CHOICES]),
        }
    )
    citizen = _talk(citizen, draft=draft)
    if not wards and attempts == 1:
        return Turn(_talk(citizen, step=Step.ADDRESS)).say("address_unknown")
    return _ask(citizen, guide)


def _address(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    return _placed(_with_location(citizen, entry), entry.text, entry.location, guide)


def _with_location(citizen: Citizen, entry: Input) -> Citizen:
    return _with_parts(citizen, [part for part in entry.parts if part.type != "text"])


def _ward(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    number = said.choice(entry.text)
    if number == 0:
        return _ask(_talk(citizen, draft=draft.model_copy(update={"ward_choices": []})), guide)
    if number and number <= len(draft.ward_choices):
        chosen = {"ward": draft.ward_choices[number - 1], "ward_choices": []}
        return _ask(_talk(citizen, draft=draft.model_copy(update=chosen)), guide)
    wards, sure = guide.wards(entry.text, None)
    if wards and sure:
        chosen = {"ward": wards[0], "ward_choices": []}
        return _ask(_talk(citizen, draft=draft.model_copy(update=chosen)), guide)
    return _ask(citizen, guide)


def _name(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    name = said.name(entry.text)
    if name is None:
        return Turn(citizen).say("name_wrong")
    draft = citizen.conversation.draft or Draft()
    return _ask(_talk(citizen, draft=draft.model_copy(update={"name": name})), guide)


def _phone(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    phone = said.phone(entry.text)
    if phone is None:
        return Turn(citizen).say("phone_wrong")
    draft = citizen.conversation.draft or Draft()
    return _ask(_talk(citizen, draft=draft.model_copy(update={"phone": phone})), guide)


_EDITS: dict[int, tuple[Step, str, dict[str, Any]]] = {
    3: (Step.ADDRESS, "address_ask", {"address": None, "ward": None, "ward_choices": [], "address_attempts": 0}),
    4: (Step.NAME, "name_ask", {"name": None}),
    5: (Step.PHONE, "phone_ask", {"phone": None}),
}


def _confirm(citizen: Citizen, entry: Input, guide: Guide) -> Turn:
    draft = citizen.conversation.draft or Draft()
    number = said.choice(entry.text)
    if said.plain(entry.text) in said.SUBMIT and draft.name and draft.phone:
        filed = citizen.model_copy(update={"contact": Contact(name=draft.name, phone=draft.phone)})
        filed = _talk(filed, step=Step.IDLE, draft=None, acknowledged_at=None)
        return Turn(filed, (FilePetition(draft),))
    if number == 2:  # noqa: PLR2004 - the summary's numbers
        files = [part for part in draft.parts if part.type != "text"]
        emptied = _talk(citizen, step=Step.CONTENT, draft=draft.model_copy(update={"parts": files}))
        return Turn(emptied).say("content_rewrite")
    if number in _EDITS:
        step, key, changes = _EDITS[number]
        return Turn(_talk(citizen, step=step, draft=draft.model_copy(update=changes))).say(key)
    return Turn(citizen).say("confirm_again")


_STEPS: dict[Step, Callable[[Citizen, Input, Guide], Turn]] = {
    Step.IDLE: _idle,
    Step.CONSENT: _consent,
    Step.CONTENT: _content,
    Step.ADDRESS: _address,
    Step.WARD: _ward,
    Step.NAME: _name,
    Step.PHONE: _phone,
    Step.CONFIRM: _confirm,
}
