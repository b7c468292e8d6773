"""Laws of the bot: rules that hold for every message in every state of the conversation.

For example, a reply contains at most one question. The name of a law's function is its rule.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petitions.adapters.reference import parsed
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.conversation.after_filing import resolve_question
from petitions.domain.conversation.dialogue import danger_goes_on, situation_of
from petitions.domain.conversation.flow import fold
from petitions.domain.conversation.turn import (
    AddToPetition,
    AskWhichPetition,
    ConversationTurn,
    Effect,
    EraseCitizenData,
    FilePetition,
    OwnPetitionStatus,
    RateAnswer,
    Say,
    Turn,
    WithdrawPetition,
)
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.taught_words import MenuWord
from tests.property.standings import NOW, STORIES, Clause, FakeGuide, Message

TEXTS: dict[str, str] = parsed("texts.vi.json")
_NO_QUESTIONS = {"danger_now", "faq_why", "status_unknown", "file_again", "answered"}
_REQUESTS = {"content_words", "content_rewrite", "voice_received", "edit_what", "put_off", "rated_low"}
_ASKING = ("_ask", "_again", "_unknown", "_why", "_now")
QUESTIONS = {
    key
    for key, text in TEXTS.items()
    if "?" in text or "\n1. " in text or key.endswith(_ASKING) or key in _REQUESTS
    or key.startswith("person_ask_")
} - _NO_QUESTIONS  # fmt: skip
"""The keys of texts that ask a question."""
XONG = {key for key, text in TEXTS.items() if "XONG" in text} - {"add_now", "correct_now"}
"""The keys of texts that ask for the word XONG ("done")."""
ASKS_CONSENT = {"consent_ask", "consent_again"}
_VALUES = ("name", "residence", "phone")
WANTS: dict[str, tuple[str, ...]] = {
    "person_ask": _VALUES,
    **{f"{value}_{end}": (value,) for value in _VALUES for end in ("ask", "again", "why")},
    **{key: tuple(key.removeprefix("person_ask_").split("_")) for key in TEXTS if key.startswith("person_ask_")},
    "address_ask": ("address",),
    "address_again": ("address",),
    "content_ask": ("content",),
    "content_words": ("content",),
    "voice_phone_ask": ("phone",),
}
"""The values that a text asks for, by its key."""
_GIVEN = {"name": "name", "org": "name", "home": "residence", "phone": "phone", "place": "address"}


@dataclass(frozen=True)
class Outcome:
    before: Citizen
    message: Message
    turn: ConversationTurn
    """The result before the states of the citizen's petitions are known."""
    known: ConversationTurn
    """The result after the states of the citizen's petitions were read, if they were needed."""

    @property
    def after(self) -> Citizen:
        return self.known.citizen

    @property
    def draft(self) -> PetitionDraft | None:
        return self.after.conversation.draft

    @property
    def says(self) -> list[str]:
        return [effect.key for effect in self.known.effects if isinstance(effect, Say)]

    def has(self, *kinds: str) -> bool:
        return any(clause.kind in kinds for clause in self.message.clauses)

    def did(self, kind: type[Effect]) -> bool:
        return any(isinstance(effect, kind) for effect in self.known.effects)


def outcome(before: Citizen, message: Message, chance: random.Random) -> Outcome:
    """Process the message and return the result. Needed states of the citizen's petitions are random."""
    guide = FakeGuide()
    turn = Turn(before, message.entry(), guide, message.reading(situation_of(before, NOW)))
    fold(turn)
    folded = known = turn.result()
    which = [effect for effect in folded.effects if isinstance(effect, AskWhichPetition)]
    assert len(which) <= 1, "two questions about own petitions"
    for offer in which:
        states = (State.NEW, State.ACCEPTED, State.ANSWERED, State.CLOSED)
        standings = {code: OwnPetitionStatus(chance.choice(states), rated=False) for code in offer.codes}
        resolved = resolve_question(folded.citizen, offer, standings, guide, NOW)
        place = folded.effects.index(offer)
        effects = (*folded.effects[:place], *resolved.effects, *folded.effects[place + 1 :])
        known = ConversationTurn(resolved.citizen, effects)
    return Outcome(before, message, folded, known)


def broken(found: Outcome) -> Iterator[str]:
    for law in LAWS:
        yield from (f"{law.__name__}: {words}" for words in law(found))


def _at_most_one_question(found: Outcome) -> Iterator[str]:
    questions = [key for key in found.says if key in QUESTIONS]
    if len(questions) > 1:
        yield f"{questions}"


def _a_reply_to_every_message(found: Outcome) -> Iterator[str]:
    if not found.known.effects:
        yield "nothing is answered"


def _every_attachment_has_a_place(found: Outcome) -> Iterator[str]:
    places = [part.key for parts in _kept(found) for part in parts]
    question = found.before.conversation.question
    waiting = question.parts if question and question.purpose in {"belongs", "meant"} else []
    for part in (*found.message.entry().media, *(part for part in waiting if part.url and not found.has("cancel"))):
        if part.key not in places and not found.did(EraseCitizenData):
            yield f"{part.type} is nowhere"
        if places.count(part.key) > 1 and not (found.draft and found.after.conversation.question):
            yield f"{part.type} is in {places.count(part.key)} places"


def _kept(found: Outcome) -> Iterator[Sequence[InputPart]]:
    """Yield all lists of message parts that are kept: in the draft, in the open question, and in petitions."""
    question = found.after.conversation.question
    if found.draft:
        yield from (found.draft.parts, found.draft.beyond)
    if question:
        yield question.parts
        yield question.draft.all_parts() if question.draft else []
    for effect in found.known.effects:
        if isinstance(effect, AddToPetition):
            yield effect.parts
        elif isinstance(effect, FilePetition):
            yield effect.draft.all_parts()


def _nothing_but_stories_becomes_content(found: Outcome) -> Iterator[str]:
    content = found.draft.content() if found.draft else ""
    content += "".join(effect.draft.content() for effect in found.known.effects if isinstance(effect, FilePetition))
    begun = found.before.conversation.draft is None and found.has("give")  # a place may be the beginning of a petition
    for clause in found.message.clauses:
        if clause.words in content and not _may_be_told(clause, beside=begun or found.has(*STORIES, "unclear")):
            yield f"{clause.words!r} is in {content!r}"


def _may_be_told(clause: Clause, *, beside: bool) -> bool:
    """Return whether the text of a command may become part of a petition.

    With `beside`, the message contains a petition's text as well. Then also a place, a question about the matter, or an
    uncertain answer may become part of it.
    """
    field, topic = clause.more.get("field"), clause.more.get("topic")
    of_the_matter = clause.kind == "ask" and topic not in OF_THE_CHANNEL
    of_the_place = clause.kind == "give" and field == "place"
    is_story = clause.kind in {*STORIES, "unclear"} and not clause.more.get("over")
    is_unsure = clause.kind in {"affirm", "deny", "choose", "finish", "skip"} and clause.more.get("chance", 1) < 0.95
    return is_story or (beside and (of_the_matter or of_the_place or is_unsure))


OF_THE_CHANNEL = {"privacy", "secrecy", "who_are_you", "legitimacy", "how_to", "draft", "help", "english", "menu"}


def _nothing_is_asked_that_is_known(found: Outcome) -> Iterator[str]:
    commands = [clause.read(0, 0) for clause in found.message.clauses]
    if found.message.word is MenuWord.BACK or any(isinstance(e, c.Correct) and e.value is None for e in commands):
        return  # they want to be asked
    added = {part.key for effect in found.known.effects if isinstance(effect, AddToPetition) for part in effect.parts}
    elsewhere = "n-0" in added or found.turn.citizen.conversation.draft is None or found.did(FilePetition)
    given = (
        set()
        if elsewhere
        else {_GIVEN[e.field] for e in commands if isinstance(e, c.Give) and e.field in _GIVEN and _means_something(e)}
    )
    for key in found.says:
        for value in WANTS.get(key, ()):
            if found.draft and _holds(found.draft, value) and not (value == "content" and found.draft.rewriting):
                yield f"{key}, and the draft has it"
            elif value in given and not (value == "residence" and not found.draft):
                yield f"{key}, and the message gives it"


def _means_something(give: c.Give) -> bool:
    return give.value != "như trên" and (give.field != "phone" or bool(zalo_number(give.value)))


def _holds(draft: PetitionDraft, value: str) -> bool:
    if value == "content":
        return bool(draft.content())
    if value == "address":
        asked_twice = draft.address_attempts > 1
        return draft.location is not None or (draft.address is not None and (draft.ward is not None or asked_twice))
    return getattr(draft, value) is not None if value != "phone" else bool(draft.phone)


def _what_is_asked_is_what_is_open(found: Outcome) -> Iterator[str]:
    talk = found.after.conversation
    purpose = talk.question.purpose if talk.question else None
    for key in found.says:
        if key in _OPEN and purpose not in _OPEN[key]:
            yield f"{key}, and open is {purpose}"
        if key in _OF_STEP and (talk.step is not _OF_STEP[key] or purpose in _NUMBERED):
            yield f"{key} at {talk.step}, and open is {purpose}"


_OPEN: dict[str, set[str]] = {
    "menu": {"menu", "reconsider"}, "erase_ask": {"erase"}, "withdraw_sure": {"withdraw_sure"},
    "rating_ask": {"rating"}, **{f"rating_sure_{level}": {"rating"} for level in (1, 2, 3)},
    "belongs_ask": {"belongs"}, "belongs_full": {"belongs"}, "meant_ask": {"meant"}, "meant_in_draft": {"meant"},
    "matters_ask": {"matters"}, "matters_again": {"matters"}, "rated_low": {"reason"}, "review_why": {"review"},
    **{f"{purpose}_ask": {purpose} for purpose in ("view", "add", "correct", "withdraw", "rate")},
    "voice_phone_ask": {"callback"}, "consent_refused": {"reconsider"},
}  # fmt: skip
"""For every text that offers numbers as answers, the questions one of which must be open after the text."""
_OF_STEP = {
    **dict.fromkeys(ASKS_CONSENT, Step.CONSENT), "ward_ask": Step.WARD, "ward_again": Step.WARD,
    "duplicate_ask": Step.DUPLICATE, "duplicate_again": Step.DUPLICATE, "residence_ask": Step.RESIDENCE,
    "summary": Step.CONFIRM, "send_ask": Step.CONFIRM, "confirm_again": Step.CONFIRM,
}  # fmt: skip
_NUMBERED = {"menu", "rating", "erase", "withdraw_sure", "meant", "matters", "view", "add", "belongs"}


def _a_danger_leads(found: Outcome) -> Iterator[str]:
    if danger_goes_on(found.after.conversation, NOW):
        if not (found.says and found.says[0].startswith("danger_")) or not isinstance(found.known.effects[0], Say):
            yield f"first comes {found.says[:1]}"
        yield from (f"{key} is asked" for key in found.says if key in XONG or key in ASKS_CONSENT)


def _the_summary_is_shown_once(found: Outcome) -> Iterator[str]:
    asked_for = found.did(FilePetition) or any(clause.more.get("topic") == "draft" for clause in found.message.clauses)
    asked_for = asked_for or found.message.word is MenuWord.VIEW
    if found.before.conversation.step is Step.CONFIRM and "summary" in found.says and not asked_for:
        yield "it is shown again"


def _an_edit_that_changes_nothing_says_so(found: Outcome) -> Iterator[str]:
    was, now = found.before.conversation.draft, found.draft
    at_summary = found.before.conversation.step is Step.CONFIRM
    one = sum(clause.kind in {"correct", "remove"} for clause in found.message.clauses) == 1  # two may undo each other
    if at_summary and one and was and was == now and {"edited", "removed"} & {*found.says}:
        yield f"{found.says}"


def _nothing_is_done_unasked(found: Outcome) -> Iterator[str]:
    question = found.before.conversation.question
    purpose = question.purpose if question else None
    if found.did(EraseCitizenData) and purpose != "erase":
        yield "erased"
    if found.did(WithdrawPetition) and purpose != "withdraw_sure":
        yield "withdrawn"
    sure = any(clause.kind == "rate" and clause.more.get("chance", 1) == 1 for clause in found.message.clauses)
    if found.did(RateAnswer) and purpose != "rating" and not found.message.taught and not sure:
        yield "rated"


def _what_is_filed_is_whole_and_was_shown(found: Outcome) -> Iterator[str]:
    for effect in found.known.effects:
        if isinstance(effect, FilePetition):
            lacking = [name for name in _VALUES if getattr(effect.draft, name) is None]
            if lacking or not effect.draft.content():
                yield f"without {lacking or 'content'}"
            if found.before.conversation.step is not Step.CONFIRM or found.before.consent is None:
                yield "nothing was shown"
            agrees = found.has("affirm") or any(clause.more.get("number") == 1 for clause in found.message.clauses)
            if not agrees or found.has("deny", "unclear"):
                yield "nobody has clearly said so"
            was = found.before.conversation.draft
            same = was and all(getattr(was, name) == getattr(effect.draft, name) for name in (*_VALUES, "address"))
            if not same and not {"edited", "edited_new", "removed"} & {*found.says}:
                yield "what was changed was not shown"
            if was and was.ward != effect.draft.ward:
                yield "nobody has seen whom it goes to"


def _consent_is_given_by_a_clear_yes(found: Outcome) -> Iterator[str]:
    if found.after.consent != found.before.consent:
        first = any(clause.more.get("number") == 1 for clause in found.message.clauses)
        if not (found.has("affirm") or first) or found.has("deny", "unclear"):
            yield f"by {found.message}"


_BESIDE_A_DRAFT = {"erase", "withdraw_sure", "meant", "matters", "callback", "whose"}
"""Questions of the bot that may be open while a draft waits to be continued."""


def _a_draft_has_a_place_to_go(found: Outcome) -> Iterator[str]:
    talk = found.after.conversation
    if talk.draft and talk.question and talk.question.purpose not in _BESIDE_A_DRAFT:
        yield f"{talk.question.purpose} is open beside a draft"
    if {"ward_ask", "ward_again"} & {*found.says} and not (talk.draft and talk.draft.ward_choices):
        yield "no ward to choose from"
    if talk.step is Step.DUPLICATE and talk.draft and not talk.draft.similar:
        yield "like no petition"


def _contact_data_count_after_consent(found: Outcome) -> Iterator[str]:
    if found.after.consent is None and found.after.contact:
        yield f"{found.after.contact}"


LAWS = (
    _at_most_one_question,
    _a_reply_to_every_message,
    _every_attachment_has_a_place,
    _nothing_but_stories_becomes_content,
    _nothing_is_asked_that_is_known,
    _what_is_asked_is_what_is_open,
    _a_danger_leads,
    _the_summary_is_shown_once,
    _an_edit_that_changes_nothing_says_so,
    _nothing_is_done_unasked,
    _what_is_filed_is_whole_and_was_shown,
    _consent_is_given_by_a_clear_yes,
    _a_draft_has_a_place_to_go,
    _contact_data_count_after_consent,
)
