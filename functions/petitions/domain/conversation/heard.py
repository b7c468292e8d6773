"""One table of (situation, dialog act): what follows where the act, and not an exact phrase, tells what is meant.

A pair that is not in the table is an answer to the question in hand, or content; the step takes it. Acts that mean the
same everywhere stand in EVERYWHERE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from petitions.domain.citizen.citizen import Citizen, ConversationStep, InputPart, OpenQuestion
from petitions.domain.conversation.asking import ASKED_TWICE, ask_next, repeat_question, resolve_place
from petitions.domain.conversation.commands import ask_for_officer, ask_for_review, cancel, rate, show_menu, speak
from petitions.domain.conversation.drafting import (
    draft_of,
    parts_without_text,
    telling_parts,
    with_conversation,
    with_draft,
    with_parts,
)
from petitions.domain.conversation.effects import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    LookUpStatus,
)
from petitions.domain.conversation.own_petitions import ask_which_petition, begin_adding, own_codes
from petitions.domain.conversation.short_answers import is_unreserved
from petitions.domain.conversation.situation import petition_meant
from petitions.domain.conversation.steps_confirm import confirmed
from petitions.domain.conversation.steps_content import agree, end_draft, file_apart, finish_content, join_similar
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.message_reader import Said

MAY_BE_A_STORY = 0.15
"""The probability of a story from which a message outside a draft is kept as one: nothing that was told is lost."""
SURE_WITHIN_A_STORY = 0.7
"""The probability below which a message within a story is more of it, and a first message begins one."""
LONGEST_REMARK = 8
"""The most words of a rating that names no level; a longer text tells something."""
LEAST_OFFERED = 0.12
"""The probability from which a reading is offered in a question."""

Handler = Callable[[Citizen, CitizenInput, CityGuide], ConversationTurn | None]


def said_of(entry: CitizenInput) -> Said:
    """Return the reading of an input that has a text."""
    if entry.said is None:
        raise ValueError("the input has no text")
    return entry.said


def _first(citizen: Citizen, key: str, then: ConversationTurn) -> ConversationTurn:
    """Return the turn with a text before its own."""
    return then.first(*ConversationTurn(citizen).say(key).effects)


def _go_on(citizen: Citizen, guide: CityGuide) -> ConversationTurn:
    """Repeat the question in hand, or invite to one outside a draft."""
    if citizen.conversation.step is ConversationStep.IDLE:
        return ConversationTurn(citizen).say("go_on")
    return repeat_question(citizen, guide)


def _answered_outside(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Answer a question about the channel; any other may be a matter."""
    return None if said_of(entry).topic == "other" else _answered(citizen, entry, guide)


def _answered(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question about the channel by its topic, then repeat the question in hand."""
    return _first(citizen, f"faq_{said_of(entry).topic}", _go_on(citizen, guide))


def _answered_and_kept(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Answer a question within a story, and keep it there: the story may be asking."""
    return _answered(with_parts(citizen, entry.parts), entry, guide)


def _soothed(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    return _first(citizen, "anger_heard", _go_on(citizen, guide))


def _thanked(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    if citizen.conversation.step is ConversationStep.IDLE:
        return ConversationTurn(citizen).say("you_are_welcome")
    return _first(citizen, "you_are_welcome", repeat_question(citizen, guide))


def _greeted(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Greet with the menu or the question in hand; who names a place beside the greeting has begun to tell."""
    if citizen.conversation.step is not ConversationStep.IDLE:
        return repeat_question(citizen, guide)
    return None if guide.wards(entry.text, None)[0] else show_menu(citizen)


def _helped(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    step = citizen.conversation.step
    if step is ConversationStep.IDLE:
        return show_menu(citizen)
    return ConversationTurn(citizen).say("help_" + step.value).say("help_commands")


def _in_english(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    return speak(citizen, "en", guide)


def _person(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    return ask_for_officer(citizen, entry)


def _erasure(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    asked = with_conversation(citizen, choices=OpenQuestion(purpose="erase", at=entry.at))
    return ConversationTurn(asked).say("erase_ask")


def _cancelled(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    return cancel(citizen)


def _withdrawn(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    """Ask which filed petition to withdraw; without one the draft is what they mean."""
    if not citizen.petitions:
        return cancel(citizen)
    return ask_which_petition(with_conversation(citizen, choices=None, supplement_for=None), "withdraw")


def _status(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    codes = said_of(entry).codes
    if codes:
        return ConversationTurn(citizen, (LookUpStatus(codes[0]),))
    turn = ask_which_petition(citizen, "status")
    return turn if citizen.conversation.draft is None else turn.say("draft_kept")


def _contested(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn:
    """Keep the words and files with the petition, and have a person look at the outcome again."""
    code = petition_meant(citizen, entry.at)
    turn = ask_for_review(citizen, entry)
    if code is None:
        return turn
    opened = begin_adding(turn.citizen, code, entry.at, acknowledged_at=entry.at)
    return replace(turn, citizen=opened).first(AddToPetition(code, telling_parts(entry.parts), quiet=True))


def _rated(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    code, level = citizen.conversation.rating_for, said_of(entry).level
    if code and level:
        return rate(citizen, code, level, entry)
    if code and len(said_of(entry).text.split()) <= LONGEST_REMARK:
        return ConversationTurn(citizen).say("rating_ask", code=code)
    if code:
        return None
    return ask_which_petition(citizen, "rate") if citizen.petitions else None


def _added(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Add the words to the petition meant; ask which one where several may be."""
    parts = telling_parts(entry.parts)
    code = petition_meant(citizen, entry.at)
    if code:
        opened = begin_adding(citizen, code, entry.at, acknowledged_at=entry.at)
        return ConversationTurn(opened, (AddToPetition(code, parts, quiet=entry.burst),))
    if not citizen.petitions:
        return None
    begun = with_parts(citizen, parts)
    return ConversationTurn(begun, (AskWhichPetition("belongs", own_codes(citizen)),))


def _amended(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Pass on a correction of what was filed."""
    code = petition_meant(citizen, entry.at)
    codes = (code,) if code else own_codes(citizen)
    return ConversationTurn(citizen, (AskWhichPetition("amend", codes, telling_parts(entry.parts)),)) if codes else None


def _agreed(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Take a clear consent; one with a condition is none (LAW 5.1)."""
    return agree(citizen, entry, beside="") if is_unreserved(entry.text) else None


def _not_agreed(citizen: Citizen, _: CitizenInput, __: CityGuide) -> ConversationTurn:
    return end_draft(citizen).say("consent_refused")


def _told_all(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    return finish_content(citizen, entry, guide)


def _told_more(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Add to the story what was written instead of an answer, then repeat the question."""
    return _first(citizen, "kept_in_story", repeat_question(with_parts(citizen, entry.parts), guide))


def _place_unknown(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    unknown = {"address": draft_of(citizen).address or entry.text, "address_attempts": ASKED_TWICE}
    return ask_next(with_draft(citizen, **unknown), guide)


def _ward_unknown(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    return ask_next(with_draft(citizen, ward_choices=[], address_attempts=ASKED_TWICE), guide)


def _no_name(citizen: Citizen, entry: CitizenInput, _: CityGuide) -> ConversationTurn | None:
    """Ask again for a name where the words are none."""
    return (
        None if said_of(entry).values.name or said_of(entry).values.org else ConversationTurn(citizen).say("name_wrong")
    )


def _explained(key: str) -> Handler:
    return lambda citizen, _, __: ConversationTurn(citizen).say(key)


def _corrected(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Take corrected values into the draft, several at once, and ask on; None if the message names none."""
    said, draft = said_of(entry), draft_of(citizen)
    values = said.values
    place = values.place or (values.home if said.field == "place" else None)
    home = None if place and place == values.home else values.home
    changes = {
        "name": values.name,
        "phone": f"84{values.phone[1:]}" if values.phone else None,
        "residence": home,
        "email": values.email,
    }
    changes = {name: value for name, value in changes.items() if value}
    corrected = with_draft(citizen, **changes) if changes else citizen
    if place or (values.ward and values.ward != draft.ward and not home):
        fresh = with_draft(corrected, address_attempts=0)
        return resolve_place(fresh, place or entry.text, None, guide)
    if changes:
        return ask_next(corrected, guide)
    told = said.situation is Situation.CONFIRM and said.field == "content" and len(said.text.split()) > LONGEST_REMARK
    return _more_at_summary(citizen, entry, guide) if told else None


def _more_at_summary(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Add words to the story and show the summary again; the step takes a picture with them."""
    return None if parts_without_text(entry.parts) else ask_next(with_parts(citizen, entry.parts), guide)


_DRAFT = frozenset(
    {
        Situation.CONSENT,
        Situation.CONTENT,
        Situation.PLACE,
        Situation.CHOOSE_WARD,
        Situation.NAME,
        Situation.HOME,
        Situation.PHONE,
        Situation.CONFIRM,
        Situation.DUPLICATE,
    }
)
_ASKED = (Situation.PLACE, Situation.CHOOSE_WARD, Situation.NAME, Situation.HOME, Situation.PHONE)
_OUTSIDE = tuple(situation for situation in Situation if situation not in _DRAFT)

EVERYWHERE: Mapping[Act, Handler] = {
    Act.ERASE: _erasure,
    Act.PERSON: _person,
    Act.ENGLISH: _in_english,
    Act.CANCEL: _cancelled,
    Act.WITHDRAW: _withdrawn,
    Act.STATUS: _status,
    Act.ASK: _answered,
    Act.THANKS: _thanked,
    Act.GREETING: _greeted,
    Act.VENT: _soothed,
    Act.MENU: _helped,
}
"""Acts that mean the same in every situation."""

HERE: Mapping[tuple[Situation, Act], Handler | None] = {
    **{(situation, Act.CONTEST): _contested for situation in _OUTSIDE if situation is not Situation.IDLE_NEW},
    **{(situation, Act.ADD): _added for situation in (Situation.IDLE_FILED, Situation.ANSWERED, Situation.REFUSED)},
    **{(situation, Act.CORRECT): _amended for situation in _OUTSIDE if situation is not Situation.SUPPLEMENT},
    (Situation.CONTENT, Act.ASK): _answered_and_kept,
    (Situation.IDLE_NEW, Act.ASK): _answered_outside,
    (Situation.IDLE_FILED, Act.ASK): _answered_outside,
    (Situation.ANSWERED, Act.RATE): _rated,
    (Situation.CONSENT, Act.YES): _agreed,
    (Situation.CONSENT, Act.NO): _not_agreed,
    **{(Situation.CONTENT, act): None for act in (Act.VENT, Act.THANKS, Act.GREETING)},
    (Situation.CONTENT, Act.DONE): _told_all,
    **{(situation, act): _told_more for situation in _ASKED for act in (Act.TELL, Act.FILE, Act.ADD)},
    **{(situation, Act.CORRECT): _corrected for situation in _ASKED},
    (Situation.PLACE, Act.DECLINE): _place_unknown,
    (Situation.CHOOSE_WARD, Act.DECLINE): _ward_unknown,
    **{(Situation.NAME, act): _no_name for act in (Act.UNCLEAR, Act.YES, Act.NO, Act.DONE)},
    (Situation.NAME, Act.DECLINE): _explained("name_why"),
    (Situation.HOME, Act.DECLINE): _explained("residence_why"),
    (Situation.PHONE, Act.DECLINE): _explained("phone_why"),
    **{(situation, Act.EMERGENCY): _told_more for situation in _ASKED},
    (Situation.CONFIRM, Act.EMERGENCY): _more_at_summary,
    **{(Situation.DUPLICATE, act): join_similar for act in (Act.ADD, Act.YES)},
    **{(Situation.DUPLICATE, act): file_apart for act in (Act.FILE, Act.NO)},
    (Situation.CONFIRM, Act.YES): confirmed,
    **{(Situation.CONFIRM, act): _corrected for act in (Act.NO, Act.CORRECT, Act.GIVE)},
    **{(Situation.CONFIRM, act): _more_at_summary for act in (Act.TELL, Act.ADD, Act.FILE)},
}
"""Acts that mean something of their own in a situation; None leaves them to the step."""

READINGS: Mapping[Act, str] = {
    Act.FILE: "file",
    Act.ADD: "add",
    Act.CONTEST: "contest",
    Act.STATUS: "status",
    Act.RATE: "rate",
    Act.CORRECT: "correct",
    Act.WITHDRAW: "withdraw",
    Act.PERSON: "person",
    Act.ASK: "ask_us",
    Act.ERASE: "erase",
}
"""The readings that a question can name, with the end of the key of their text `meant_...`."""


def heard(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Return the turn of the message's act; None if the step, or a new petition, takes the message."""
    said = said_of(entry)
    if said.number is not None:  # the step knows its numbers
        return None
    if said.situation is Situation.IDLE_NEW and said.confidence < SURE_WITHIN_A_STORY:
        return None
    if said.situation in _OUTSIDE:
        story = said.act in _PASSING and (said.chance(*_LASTING) >= MAY_BE_A_STORY or guide.is_matter(entry.text))
        if said.asks or story or said.act in _VAGUE:
            asked = _ask_what_is_meant(citizen, entry) if citizen.petitions else None
            if asked is not None or said.asks or story:
                return asked
    elif said.asks or (said.situation is Situation.CONTENT and said.confidence < SURE_WITHIN_A_STORY):
        return None
    handler = HERE.get((said.situation, said.act), EVERYWHERE.get(said.act))
    return handler(citizen, entry, guide) if handler else None


_VAGUE = frozenset({Act.VENT, Act.UNCLEAR})
_PASSING = frozenset({Act.VENT, Act.ASK, Act.GREETING, Act.THANKS, Act.MENU, Act.PERSON, Act.STATUS})
"""Acts after which a message leaves no trace in a petition."""
_LASTING = (Act.FILE, Act.TELL, Act.ADD, Act.CONTEST)
"""Acts whose words belong to a petition."""


def _ask_what_is_meant(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Ask one short question that names both readings; None where only one of them can be named."""
    code = citizen.conversation.rating_for
    if code and said_of(entry).likely[0][0] is Act.RATE:
        return ConversationTurn(citizen).say("rating_ask", code=code)
    offered = [act for act, share in said_of(entry).likely if act in READINGS and share >= LEAST_OFFERED][:2]
    if len(offered) < 2:  # noqa: PLR2004 - a choice needs two
        return None
    question = OpenQuestion(
        purpose="meant", acts=[act.value for act in offered], parts=list(telling_parts(entry.parts)), at=entry.at
    )
    return ConversationTurn(with_conversation(citizen, choices=question)).say(
        "meant_ask", first=READINGS[offered[0]], second=READINGS[offered[1]]
    )


def as_meant(citizen: Citizen, question: OpenQuestion, number: int, entry: CitizenInput, guide: CityGuide) -> Meant:
    """Return the message that was asked about with the act chosen, and the turn that follows; no turn for a story."""
    parts: tuple[InputPart, ...] = tuple(question.parts)
    text = "\n".join(part.text for part in parts if part.text)
    said = guide.read(text, said_of(entry).situation)
    meant = replace(entry, parts=parts, said=replace(said, act=Act(question.acts[number - 1]), asks=False))
    return meant, heard(citizen, meant, guide)


Meant = tuple[CitizenInput, ConversationTurn | None]
