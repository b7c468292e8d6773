"""A turn of the conversation: one input of a citizen, its effects, and the one reply, composed of ordered parts."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Literal, Protocol

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Conversation, Nothing, OpenQuestion, QuestionPurpose, Writing
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, PetitionDraft, SaidValue
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.same_place import is_place
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Location
from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import replace
from petitions.domain.understanding.commands import Command, Situation
from petitions.domain.understanding.reading import Reading, Wanted
from petitions.domain.understanding.text import Text

MOST_OTHERS = 20
"""The most names, phone numbers and addresses of other people that are stored with a draft."""
BURST = timedelta(seconds=8)
"""The longest gap between messages in quick succession (a burst). A burst is acknowledged once."""


class CityGuide(Protocol):
    """The knowledge about Hanoi, its units and its texts that the conversation needs."""

    @property
    def petitions_a_day(self) -> int:
        """Return the number of petitions that one person may file on one day."""
        ...

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Return the codes of wards that may contain the place, likeliest first, and whether the first is certain."""
        ...

    def names_of_places(self, text: Text) -> Sequence[tuple[int, int]]:
        """Return the spans of a text that hold names of wards, districts, streets and known places."""
        ...

    def outside(self, text: str) -> bool:
        """Return whether a text is about a place that is not in Hanoi."""
        ...

    def has_ward(self, code: str) -> bool:
        """Return whether a ward has this code."""
        ...

    def ward_name(self, code: str) -> str:
        """Return the ward's name with its type."""
        ...

    def is_kept(self, text: str, address: str) -> bool:
        """Return whether only coordinators may read the text, because it may report misconduct."""

    def nature(self, text: str) -> str | None:
        """Return the kind of guidance that a text needs (a value of `guidance.GUIDANCE_KINDS`, or `FIELD`), or None."""
        ...

    def responsible(self, text: str, *, surely: bool) -> str | None:
        """Return the code of the unit that is likely responsible, or None.

        With `surely`, only a certain one is returned.
        """
        ...

    def read(self, text: str, situation: Situation, labels: Sequence[str] = ()) -> Reading:
        """Return the commands found in a message. `labels` are those of the options that the citizen sees."""
        ...

    def labels(self, key: str, language: str | None) -> Sequence[str]:
        """Return the labels of the numbered options in a text of the catalogue, from option 1 on."""
        ...


@dataclass(frozen=True)
class Say:
    """An instruction to reply with a text of the catalogue, filled in with these parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FilePetition:
    """An instruction to file this draft, which the citizen has confirmed, as a petition."""

    draft: PetitionDraft
    at: datetime
    """The time at which the citizen confirmed the petition, by Zalo's clock."""


@dataclass(frozen=True)
class RateAnswer:
    """An instruction to record the citizen's rating of an answer, with the reason if given."""

    code: str
    level: int
    reason: str | None = None


@dataclass(frozen=True)
class GiveRatingReason:
    """An instruction to record the reason for a low rating."""

    code: str
    reason: str
    quiet: bool = False
    """Whether the reply is silent about the reason, because another part of it answers the same words."""


@dataclass(frozen=True)
class LookUpStatus:
    """An instruction to reply with the status of a petition."""

    code: str
    whole: bool = False
    """Whether the reply also shows the petition itself to its sender."""


@dataclass(frozen=True)
class AddToPetition:
    """An instruction to add message parts to a filed petition."""

    code: str
    parts: tuple[InputPart, ...]
    quiet: bool = False
    """Whether to send no reply, for example to messages in quick succession."""
    by: Literal["citizen", "officer"] = "citizen"
    correction: bool = False
    contact: Mapping[str, str] = field(default_factory=dict)
    """Corrected fields of the filer's `Contact`. They are applied only until the petition is accepted."""
    place: str | None = None
    """The place of the matter as the filer corrects it. Applied only until the petition is accepted."""


@dataclass(frozen=True)
class AskWhichPetition:
    """An instruction to read the states of the citizen's petitions and then ask which one is meant.

    See `after_filing.resolve_question`.
    """

    purpose: QuestionPurpose | Literal["duplicate", "status", "amend"]
    codes: tuple[str, ...]
    parts: tuple[InputPart, ...] = ()
    """The parts to add, for the purposes `belongs` and `amend`."""
    contact: Mapping[str, str] = field(default_factory=dict)
    """The corrections of the filer's contact data, for the purpose `amend`."""
    named: bool = False
    """Whether the message names the petition, so that no other one is changed in its place."""


@dataclass(frozen=True)
class WithdrawPetition:
    """An instruction to withdraw a petition, as its filer wishes."""

    code: str


@dataclass(frozen=True)
class EraseCitizenData:
    """An instruction to erase the citizen's data, at their request."""


@dataclass(frozen=True)
class LockPages:
    """An instruction to end the access of all links and browsers to the citizen's web pages, and to make new links."""

    denied: str | None = None
    """The key of an input from a page that the citizen denies having sent, if any."""
    words: str = ""
    """The words in which the citizen denied an action on the page."""
    code: str | None = None
    """The code of the petition concerned."""


@dataclass(frozen=True)
class GuidanceGiven:
    """An instruction to record guidance given before or instead of a petition. The reply has its own text for it."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class ContactWanted:
    """An instruction to notify an office that the citizen needs a person.

    The reply names the office, if there is a text for the reason `why`.
    """

    why: ContactReason
    text: str = ""
    code: str | None = None
    """The code of the petition concerned."""
    phone: str | None = None
    """The phone number on which the citizen wants to be called."""


@dataclass(frozen=True)
class ReplyToOfficer:
    """An instruction to send the citizen's reply to an officer who has answered their request for contact."""

    request: str
    """The id of the citizen's request that the officer had answered."""
    text: str


@dataclass(frozen=True)
class AskContactInfo:
    """An instruction to send Zalo's form for contact data with the reply."""


@dataclass(frozen=True)
class GuidanceEnded:
    """An instruction to record the outcome of a draft for which guidance was given."""

    ids: tuple[str, ...]
    outcome: Literal["filed", "cancelled"]


Effect = (
    Say
    | AskContactInfo
    | FilePetition
    | RateAnswer
    | GiveRatingReason
    | LookUpStatus
    | AddToPetition
    | AskWhichPetition
    | WithdrawPetition
    | EraseCitizenData
    | LockPages
    | GuidanceGiven
    | ContactWanted
    | ReplyToOfficer
    | GuidanceEnded
)


@dataclass(frozen=True)
class OwnPetitionStatus:
    """The state of one of the citizen's petitions."""

    state: State
    rated: bool
    """Whether the answer to the petition has been rated."""


@dataclass(frozen=True)
class CitizenInput:
    """A message or other event of a citizen, with the time that Zalo gave it. Each attachment is a part of its own."""

    key: str
    at: datetime
    parts: tuple[InputPart, ...]
    name: str | None = None
    phone: str | None = None
    address: str | None = None
    quoted: str | None = None
    """The code of the petition that the quoted message is about, if the input is a reply to a message."""
    untold: bool = False
    """Whether the last reply failed to be sent, so that the citizen may not have received it."""

    @property
    def text(self) -> str:
        """Return the typed text, or ""."""
        return "\n".join(part.text for part in self.parts if part.text)

    @property
    def location(self) -> Location | None:
        """Return the shared position, or None."""
        return next((part.location for part in self.parts if part.location), None)

    @property
    def media(self) -> tuple[InputPart, ...]:
        """Return the attachments: all parts except texts and stickers."""
        return tuple(part for part in self.parts if part.type not in {"text", "sticker"})

    @property
    def telling(self) -> tuple[InputPart, ...]:
        """Return the parts with content: all except stickers."""
        return tuple(part for part in self.parts if part.type != "sticker")


@dataclass(frozen=True)
class ConversationTurn:
    """The result of an input: the changed citizen, and the effects to carry out, in order."""

    citizen: Citizen
    effects: tuple[Effect, ...] = ()
    read: str = ""
    """The names of the situation and of the commands read, to be stored with the input."""

    def say(self, key: str, **params: Any) -> ConversationTurn:
        """Return the turn with one more text in its reply."""
        return replace(self, effects=(*self.effects, Say(key, params)))

    def first(self, *effects: Effect) -> ConversationTurn:
        """Return the turn with the given effects put before those it has already."""
        return replace(self, effects=(*effects, *self.effects))


class Slot(IntEnum):
    """The parts of a reply, in the order in which they are sent."""

    LEAD = 0
    """Instructions for a danger that the citizen reported. They come first."""
    DONE = 1
    ANSWER = 2
    NOTE = 3
    """A notice of something not carried out, or kept for later."""
    QUESTION = 4


class Turn:
    """Builds the result of one input: the changed citizen, and the effects in their parts of the reply.

    The commands of the input are taken, i.e. marked as handled, by the first function that handles them.
    """

    def __init__(
        self,
        citizen: Citizen,
        entry: CitizenInput,
        guide: CityGuide,
        reading: Reading | None = None,
        *,
        burst: bool = False,
    ) -> None:
        """Begin the turn of an input. `reading` is None for an input without a text, which has no commands."""
        self.citizen = citizen
        self.entry = entry
        self.guide = guide
        situation = reading.situation if reading else Situation.IDLE_NEW
        self.reading = reading or Reading(Text.of(""), situation, ())
        self.step_before = citizen.conversation.step
        self.draft_before = citizen.conversation.draft or PetitionDraft()
        self.answered = False
        """Whether the value asked for was given, even if it is the one already known."""
        self.burst = burst
        """Whether the message follows, in quick succession, others that have been acknowledged."""
        self.doubted: list[SaidValue] = []
        """Values in the message that may be another person's. The citizen is asked about them."""
        self.owned = False
        """Whether the citizen has confirmed that the values are theirs."""
        self.edited = False
        """Whether the message changes the draft in words, or tries to."""
        self.send_after = False
        """Whether the draft is sent once its edits are carried out."""
        self.silent = False
        """Whether the reply leaves out the next question of the draft."""
        self._firm = False
        self._effects: dict[Slot, list[Effect]] = {slot: [] for slot in Slot}
        self._left = list(self.reading.commands)

    # The commands read.

    def take(self, *kinds: type[Wanted]) -> list[Wanted]:
        """Return the commands of the given kinds that are not handled yet, and mark them as handled."""
        found: list[Any] = [command for command in self._left if isinstance(command, kinds)]
        self._left = [command for command in self._left if not isinstance(command, kinds)]
        return found

    def take_within(self, spans: Sequence[tuple[int, int]], *kinds: type[Command], but: Sequence[Command] = ()) -> None:
        """Drop the commands of these kinds whose words lie mostly within the spans, except those in `but`."""
        for command in [command for command in self._left if isinstance(command, kinds) and command not in but]:
            within = sum(max(0, min(command.end, end) - max(command.start, begin)) for begin, end in spans)
            value = getattr(command, "value", None)
            at = self.reading.text.raw.find(value) if value else -1
            apart = at >= 0 and not any(begin <= at < end for begin, end in spans)
            if not apart and within * 2 >= command.end - command.start:
                self._drop(command)

    def take_fields(self, fields: Container[str]) -> None:
        """Drop the commands that give or correct values of these fields."""
        for command in [command for command in self._left if getattr(command, "field", None) in fields]:
            self._drop(command)

    def leave_out(self, is_none: Callable[[Turn, Command], bool]) -> None:
        """Drop the commands for which `is_none(turn, command)` is true."""
        for command in [command for command in self._left if is_none(self, command)]:
            self._drop(command)

    def _drop(self, command: Command) -> None:
        self._left.remove(command)
        self.reading = replace(self.reading, commands=tuple(one for one in self.reading.commands if one is not command))

    def holds(self, *kinds: type[Command]) -> bool:
        """Return whether any command of the given kinds is not handled yet."""
        return any(isinstance(command, kinds) for command in self._left)

    @property
    def left(self) -> Sequence[Command]:
        """The commands that are not handled yet."""
        return tuple(self._left)

    # Where the conversation is.

    @property
    def talk(self) -> Conversation:
        """The state of the citizen's conversation, as changed so far."""
        return self.citizen.conversation

    @property
    def draft(self) -> PetitionDraft:
        """The petition being written, or an empty draft."""
        return self.talk.draft or PetitionDraft()

    @property
    def drafting(self) -> bool:
        """Whether the citizen is writing a petition, i.e. whether there is a draft."""
        return self.talk.draft is not None

    @property
    def telling(self) -> bool:
        """Whether the citizen is writing a petition and has not reached its summary."""
        return self.drafting and self.step is not Step.CONFIRM

    @property
    def step(self) -> Step | None:
        """The step at which the draft waits for an answer, or None without a draft."""
        return self.talk.step

    # Changes.

    def change(self, **changes: Any) -> None:
        """Change fields of the citizen's conversation."""
        self.citizen = with_conversation(self.citizen, **changes)

    def is_place(self, value: str) -> bool:
        """Return whether a value of the message is a place, and not a person with their office."""
        return is_place(value, self.reading.text, self.guide.names_of_places)

    def change_draft(self, **changes: Any) -> None:
        """Change fields of the draft. Without a draft, begin one that waits for consent."""
        self.citizen = with_draft(self.citizen, **changes)

    def go_to(self, step: Step) -> None:
        """Let the draft wait for the answer to this step. A new step resets the count of missed answers."""
        self.citizen = at_step(self.citizen, step)

    def keep(self, parts: Sequence[InputPart]) -> None:
        """Add parts to the draft, ordered by time, and note names, numbers and the like of other people in them."""
        self.citizen = with_parts(self.citizen, parts)
        if any(part.text for part in parts):
            self.note_others([SaidValue(field=field, value=value) for field, value in self.reading.others])

    def note_others(self, values: Sequence[SaidValue]) -> None:
        """Note values in the draft's text as those of other people. The newest `MOST_OTHERS` are kept."""
        known = self.draft.others
        new = [value for value in values if value not in known]
        if new:
            self.change_draft(others=[*known, *new][-MOST_OTHERS:])

    def has_place(self, part: InputPart) -> bool:
        """Return whether a part already belongs to the draft, to the open question or to a petition.

        This is also true if all data are to be erased.
        """
        effects = self._planned
        places: list[Sequence[InputPart]] = [self.draft.all_parts()]
        if self.talk.question and self.talk.question.draft:
            places.append(self.talk.question.draft.all_parts())
        if self.talk.question and not any(isinstance(effect, AskWhichPetition) for effect in effects):
            places.append(self.talk.question.parts)  # which another question will replace
        places += [effect.parts for effect in effects if isinstance(effect, AddToPetition | AskWhichPetition)]
        places += [effect.draft.all_parts() for effect in effects if isinstance(effect, FilePetition)]
        erased = any(isinstance(effect, EraseCitizenData) for effect in effects)
        return erased or any(part.key == kept.key for parts in places for kept in parts)

    # The reply.

    def say(self, slot: Slot, key: str, **params: Any) -> None:
        """Put a text into a part of the reply. A text that the part has already is not repeated."""
        self.do(slot, Say(key, params))

    def do(self, slot: Slot, *effects: Effect) -> None:
        """Add effects to the turn, without repeating any. Their texts stand in the given part of the reply."""
        for effect in effects:
            if isinstance(effect, AddToPetition):
                self._add_once(slot, effect)
            elif effect not in self._effects[slot]:
                self._effects[slot].append(effect)

    def _add_once(self, slot: Slot, more: AddToPetition) -> None:
        """Add to a petition in one effect, as a transaction changes it once.

        Words sent together with a rating become the reason for the rating.
        """
        for effects in self._effects.values():
            for at, effect in enumerate(effects):
                if getattr(effect, "code", None) != more.code:
                    continue
                if isinstance(effect, AddToPetition):
                    known = {part.key for part in effect.parts}
                    new = tuple(part for part in more.parts if part.key not in known)
                    quiet = effect.quiet and more.quiet
                    effects[at] = replace(effect, parts=(*effect.parts, *new), quiet=quiet)
                    return
                if isinstance(effect, RateAnswer):
                    words = "\n".join(part.text for part in more.parts if part.text)
                    effects[at] = replace(effect, reason=effect.reason or words or None)
                    return
                if isinstance(effect, GiveRatingReason | WithdrawPetition):
                    return
        self._effects[slot].append(more)

    @property
    def _planned(self) -> list[Effect]:
        return [effect for effects in self._effects.values() for effect in effects]

    @property
    def added_to(self) -> str | None:
        """The code of the petition that this turn adds parts to, or None."""
        return next((effect.code for effect in self._planned if isinstance(effect, AddToPetition)), None)

    def does(self, *kinds: type[Effect]) -> bool:
        """Return whether any effect of the given kinds is planned."""
        return any(isinstance(effect, kinds) for effect in self._planned)

    def ask(self, key: str, **params: Any) -> None:
        """Set the one question of the reply, unless it was set by `ask_firmly`."""
        if not self._firm:
            self._effects[Slot.QUESTION] = [Say(key, params)]

    def ask_firmly(self, key: str, **params: Any) -> None:
        """Set the one question of the reply. `ask` does not replace it, another call of this method does."""
        self._effects[Slot.QUESTION] = [Say(key, params)]
        self._firm = True

    def ask_about(self, question: OpenQuestion, key: str, **params: Any) -> None:
        """Ask a numbered question and store it, so that a later message can answer it."""
        self.change(question=question)
        self.ask_firmly(key, **params)

    def ask_which(self, which: AskWhichPetition) -> None:
        """Ask about the citizen's petitions, whose states have to be read first."""
        self._effects[Slot.QUESTION] = [which]
        self._firm = True

    def join(self, other: Turn) -> None:
        """Take over the citizen and the effects of another turn of the same input, begun with this turn's citizen."""
        self.citizen, self.silent = other.citizen, other.silent
        for slot, effects in other._effects.items():
            self._effects[slot] += effects
        self._firm = self._firm or other._firm

    def unask(self) -> None:
        """Remove the question from the reply."""
        self._effects[Slot.QUESTION] = []
        self._firm = False

    def put_aside(self, parts: Sequence[InputPart]) -> bool:
        """Keep parts until the question of the reply is answered. Return False if no question can keep them."""
        question, put = self.talk.question, self._effects[Slot.QUESTION]
        which = next((effect for effect in put if isinstance(effect, AskWhichPetition)), None)
        if which is not None:
            self.ask_which(replace(which, parts=(*which.parts, *parts)))
        elif put and question is not None and question.purpose not in {"menu", "reconsider", "reason", "review"}:
            self.change(question=replace(question, parts=[*question.parts, *parts]))
        else:
            return False
        return True

    @property
    def asked(self) -> bool:
        return bool(self._effects[Slot.QUESTION])

    def says(self, *slots: Slot) -> bool:
        """Return whether any of the given parts of the reply has an effect or a text. Without slots, look at all."""
        return any(self._effects[slot] for slot in slots or Slot)

    def silence(self) -> None:
        """Remove all texts from the reply, as messages in quick succession are acknowledged only once."""
        self._effects = {
            slot: [effect for effect in effects if not isinstance(effect, Say)]
            for slot, effects in self._effects.items()
        }

    def result(self) -> ConversationTurn:
        """Return the finished turn. An erasure of the citizen's data is its only effect."""
        effects = tuple(effect for slot in Slot for effect in self._effects[slot])
        erasing = tuple(effect for effect in effects if isinstance(effect, EraseCitizenData))
        return ConversationTurn(self.citizen, erasing or effects, self.reading.summary if self.entry.text else "")


def with_conversation(citizen: Citizen, **changes: Any) -> Citizen:
    return replace(citizen, conversation=replace(citizen.conversation, **changes))


def draft_of(citizen: Citizen) -> PetitionDraft:
    """Return the current draft, or an empty one."""
    return citizen.conversation.draft or PetitionDraft()


def with_draft(citizen: Citizen, **changes: Any) -> Citizen:
    """Return the citizen with changed fields of the draft. Without a draft, begin one that waits for consent."""
    stage = _writing(citizen)
    draft = replace(stage.draft, **changes)
    return with_conversation(citizen, stage=replace(stage, draft=draft))


def at_step(citizen: Citizen, step: Step) -> Citizen:
    stage = _writing(citizen)
    missed = stage.missed if stage.step is step else 0
    return with_conversation(citizen, stage=replace(stage, step=step, missed=missed))


def _writing(citizen: Citizen) -> Writing:
    stage = citizen.conversation.stage
    return stage if isinstance(stage, Writing) else Writing(step=Step.CONSENT)


def without_draft(citizen: Citizen) -> Citizen:
    """Return the citizen without a draft or an addition under way."""
    return with_conversation(citizen, stage=Nothing(), acknowledged_at=None)


def with_parts(citizen: Citizen, parts: Sequence[InputPart]) -> Citizen:
    """Return the citizen with the parts added to the draft, in order.

    The newest position sent becomes the location of the draft.
    """
    draft = draft_of(citizen)
    for part in parts:
        draft = draft.with_part(part)
    if any(part.location for part in parts):
        places = [part.location for part in draft.parts if part.location]
        draft = replace(draft, location=places[-1] if places else draft.location)
    return with_draft(citizen, **{name: getattr(draft, name) for name in ("parts", "beyond", "refused", "location")})


def is_late(talk: Conversation, entry: CitizenInput) -> bool:
    """Return whether Zalo delivered the input after a newer one."""
    return talk.last_at is not None and entry.at in Until(talk.last_at)


def in_burst(talk: Conversation, entry: CitizenInput) -> bool:
    """Return whether the input follows another within `BURST`, and the conversation was acknowledged before."""
    return talk.acknowledged_at is not None and talk.last_at is not None and entry.at in Until(talk.last_at + BURST)
