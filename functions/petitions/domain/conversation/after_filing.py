"""Handle messages about petitions already filed: additions, objections to an outcome, ratings and withdrawals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Adding, Nothing, OpenQuestion, QuestionPurpose
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, SaidValue
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.conversation.dialogue import officer_meant, petition_meant
from petitions.domain.conversation.filing import ask_next, ask_whose, begin, end_draft, is_presented
from petitions.domain.conversation.turn import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ContactWanted,
    ConversationTurn,
    GiveRatingReason,
    LockPages,
    LookUpStatus,
    OwnPetitionStatus,
    RateAnswer,
    ReplyToOfficer,
    Slot,
    Turn,
    at_step,
    draft_of,
    with_conversation,
    with_draft,
    without_draft,
)
from petitions.domain.language.words import normal
from petitions.domain.lifecycle.states import State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.petition.petition import CONTACT_FIELDS, LOW_RATING
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.edit_message import labels_in

MOST_OFFERED = 9
"""The most petitions listed with numbers in a question."""
FEWEST_IN_ADDRESS = 3
"""The fewest words that replace the address in a filed petition. "số 14" is too short for that."""
DISOWNED_FOR = timedelta(days=1)
"""How long after the last action on the citizen's web page "I did not do that" is taken to deny that action."""
LONGEST_DENIAL = 14
LONGEST_LEVEL = 8
"""The most words of a message that is only a rating. A longer one is also stored as the reason for it."""


@dataclass(frozen=True)
class OwnPetitionLine:
    """A petition of the citizen, as one line of a numbered question."""

    code: str
    title: str
    state: State | None
    """The state of the petition, or None if it was not read."""


_ANSWERED = frozenset({State.ANSWERED, State.PUBLISHED, State.CLOSED})
_ADDABLE = OPEN_STATES | {State.ANSWERED, State.PUBLISHED, State.TRANSFERRED_OUT}

_FITTING: dict[str, Callable[[OwnPetitionStatus], bool]] = {
    "view": lambda _: True,
    "status": lambda _: True,
    "add": lambda standing: standing.state in _ADDABLE,
    "correct": lambda standing: standing.state is State.NEW,
    "duplicate": lambda standing: standing.state in OPEN_STATES,
    "amend": lambda standing: standing.state in _ADDABLE,
    "belongs": lambda standing: standing.state in _ADDABLE,
    "withdraw": lambda standing: standing.state in OPEN_STATES,
    "rate": lambda standing: standing.state in _ANSWERED,
}
_NONE = {"view": "none_filed", "status": "none_filed", "amend": "none_to_add", "belongs": "none_to_add"}


def own_codes(citizen: Citizen) -> tuple[str, ...]:
    """Return the codes of the citizen's petitions, the newest first, at most `MOST_OFFERED`."""
    return tuple(own.code for own in citizen.petitions[:MOST_OFFERED])


def begin_adding(citizen: Citizen, code: str, at: datetime, *, correcting: bool = False) -> Citizen:
    """Return the citizen in the state in which further messages are added to the petition `code`.

    `correcting` marks these messages as corrections. A unit's request for more information on the petition counts as
    met.
    """
    talk = citizen.conversation.after_supplement(code)
    stage = Adding(code=code, at=at, correcting=correcting)
    question = talk.question if talk.question and talk.question.purpose == "rating" else None
    return replace(citizen, conversation=replace(talk, stage=stage, question=question, acknowledged_at=at))


def named_code(turn: Turn) -> str | None:
    """Return the code in the message if it belongs to one of the citizen's own petitions, else None."""
    own = {petition.code for petition in turn.citizen.petitions}
    return next((code for code in turn.reading.codes if code in own), None)


def _meant(turn: Turn) -> str | None:
    """Return the code in the message or, without one, the code of the petition last talked about, or None."""
    return named_code(turn) or petition_meant(turn.citizen, turn.entry.at)


def disown(turn: Turn) -> bool:
    """Lock the citizen's web pages if the message denies an action there. Return whether it does.

    "tôi không sửa" (I did not edit that) denies the last action on a page, at most `DISOWNED_FOR` ago. That action is
    undone, or a person checks it.
    """
    post = next(iter(turn.citizen.posts), None)
    if post is None or post.at is None or UpTo(post.at + DISOWNED_FOR).is_over(turn.entry.at):
        return False
    if not _denies(turn):
        return False
    code = next((own.code for own in turn.citizen.petitions if own.page == post.page), None)
    turn.take(*c.NAMES)
    meant = code or petition_meant(turn.citizen, turn.entry.at)
    turn.do(Slot.DONE, LockPages(post.input_key, turn.entry.text, meant))
    if post.did == "rate":
        turn.say(Slot.NOTE, "disowned_rating")
    return True


def _denies(turn: Turn) -> bool:
    """Return whether the writer denies an action or asks about its author: "tôi không sửa", "ai sửa đấy"."""
    words = [word.folded for word in turn.reading.text.words]
    if len(words) > LONGEST_DENIAL:
        return False
    for at, (word, following) in enumerate(pairwise(words)):
        before, second = words[at - 1] if at else "", " ".join(words[at + 1 : at + 3])
        if following not in _ACTS and second not in _ACTS:
            if word == "ai" and following == "lam":
                return True
            continue
        if "duoc" in words[at + 2 : at + 4]:  # "không sửa được" is a question about a failure
            continue
        if before in _SELF and (word == "khong" or (word == "co" and "dau" in words)):
            return True
        if word == "ai" and before not in {"khong", "chua", "chang"}:
            return True
    return False


_SELF = frozenset({"toi", "minh", "em", "chau", "con", "bac"})
_ACTS = frozenset({"sua", "doi", "thay doi", "bo sung", "danh gia", "gui", "xin goi", "xin gap", "yeu cau", "de nghi"})


# More for a petition.


def add(turn: Turn, parts: Sequence[InputPart], code: str | None = None) -> None:
    """Add message parts to the petition `code` or, without a code, to the petition last talked about.

    If several petitions are possible, the citizen is asked to choose one and the parts are kept for the answer.
    """
    meant = code or petition_meant(turn.citizen, turn.entry.at)
    parts = [part for part in parts if not turn.has_place(part)]
    if meant:
        talk = turn.talk
        correcting = talk.adding is not None and talk.adding.correcting and talk.adding.code == meant
        quiet = turn.burst and talk.adding is not None
        turn.citizen = begin_adding(turn.citizen, meant, turn.entry.at, correcting=correcting)
        contact = _corrected_contact(turn) if correcting else {}
        more = AddToPetition(meant, tuple(parts), quiet=quiet, correction=correcting, contact=contact)
        turn.do(Slot.DONE, more)
    elif turn.talk.requested:
        ask_belongs(turn, turn.talk.requested, parts)
    else:
        turn.ask_which(AskWhichPetition("belongs", own_codes(turn.citizen), tuple(parts)))


def amend(turn: Turn) -> None:
    """Apply the message to a filed petition as a correction, or first ask about the owner of contact data in it."""
    if ask_whose_contact(turn):
        return
    meant = _meant(turn)
    codes = (meant,) if meant else own_codes(turn.citizen)
    parts = tuple(part for part in turn.entry.telling if not turn.has_place(part))
    named = named_code(turn) is not None
    turn.ask_which(AskWhichPetition("amend", codes, parts, _corrected_contact(turn), named=named))


def ask_whose_contact(turn: Turn) -> bool:
    """Ask whether contact data in the message are the citizen's own, if that is unclear. Return whether it was asked.

    Nothing is asked if words such as "my number" introduce the data, or if the message gives other values or none.
    """
    given = turn.reading.valued
    values = [
        SaidValue(field=one.field, value=one.value) for one in given if one.value and one.field in _CONTACT_FIELDS
    ]
    if not values or len(values) < len(given) or is_presented(turn):
        return False
    meant = _meant(turn)
    turn.take(*_OF_VALUES)
    ask_whose(turn, values, (meant,) if meant else own_codes(turn.citizen))
    return True


_OF_VALUES: tuple[type[c.Command], ...] = (c.Correct, c.Give, c.Unclear)


def give_contact(turn: Turn, question: OpenQuestion) -> None:
    """Correct the contact data of a filed petition with values that the citizen has confirmed as their own."""
    contact = _contact([(one.field, one.value) for one in question.values])
    named = len(question.codes) == 1
    turn.ask_which(AskWhichPetition("amend", tuple(question.codes), tuple(question.parts), contact, named=named))


_CONTACT_FIELDS = {**CONTACT_FIELDS, "org": "name"}


def _corrected_contact(turn: Turn) -> dict[str, str]:
    given = turn.reading.valued
    elsewhere = "place" in labels_in(turn.reading.text)  # "nơi xảy ra: ..." is not their own address
    return _contact([(one.field or "", one.value or "") for one in given if not (elsewhere and one.field == "home")])


def _contact(values: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, given in values:
        name, value = _CONTACT_FIELDS.get(field), normal(given)
        value = zalo_number(value) or "" if name == "phone" else value
        partly = name == "address" and len(value.split()) < FEWEST_IN_ADDRESS
        if name and value and not partly:
            found.setdefault(name, value)
    return found


def ask_belongs(turn: Turn, codes: Sequence[str], parts: Sequence[InputPart], key: str = "belongs_ask") -> None:
    """Ask to which of the petitions some message parts belong. The parts are kept until the answer."""
    question = OpenQuestion(purpose="belongs", codes=list(codes), parts=list(parts), at=turn.entry.at)
    turn.ask_about(question, key, own=numbered_lines(turn.citizen, codes, {}))


def finish_adding(turn: Turn) -> None:
    """Stop adding messages to a filed petition, and confirm the additions. If none is under way, do nothing."""
    adding = turn.talk.adding
    if adding:
        key = "supplement_done" if turn.talk.acknowledged_at else "supplement_none"
        turn.change(stage=Nothing(), acknowledged_at=None)
        turn.say(Slot.DONE, key, code=adding.code)


def contest(turn: Turn, words: str, *, bare: bool) -> None:
    """Request that a person reviews the outcome of a petition, and add the message to the petition.

    `words` are the objection. `bare` is for a message that is only the keyword for an objection: the keyword is not
    added, and the citizen is asked for a reason.
    """
    code = _meant(turn)
    question = turn.talk.question
    if question is not None and question.purpose == "rating":
        turn.change(question=replace(question, readings=["contest"]))
    if bare:
        why = OpenQuestion(purpose="review", codes=[code] if code else [], at=turn.entry.at)
        turn.ask_about(why, "review_why")
    parts = [part for part in turn.entry.telling if not (turn.has_place(part) or (bare and part.type == "text"))]
    if code and parts:
        turn.do(Slot.DONE, AddToPetition(code, tuple(parts), quiet=True))
    turn.do(Slot.DONE, ContactWanted(ContactReason.CONTESTED, words, code))


def reply_to_officer(turn: Turn) -> bool:
    """Send the message to the officer to whom it replies. Return False if no officer waits for a reply."""
    answer = officer_meant(turn.citizen, turn.entry.at)
    if answer is None or not turn.entry.text:
        return False
    turn.do(Slot.DONE, ReplyToOfficer(answer.request, turn.entry.text))
    return True


# Ratings.


def rate(turn: Turn, code: str, level: int) -> None:
    """Record the rating of an answer, with a reason if the message has one. Ask for the reason of a low rating.

    `level` is 1 (best) to 3.
    """
    question = turn.talk.question
    kept = question.parts if question and question.purpose == "rating" else []
    texts = [part.text for part in kept if part.text] + [turn.entry.text]
    explained = not turn.drafting and turn.take(c.Tell, c.Add, c.Unclear)  # "3 vì đường vẫn hỏng"
    reason = next((text for text in texts if explained or len(text.split()) > LONGEST_LEVEL), None)
    after = turn.talk.after_rating(code)
    turn.change(office_messages=after.office_messages, question=after.question)
    turn.do(Slot.DONE, RateAnswer(code, level, reason))
    if level < LOW_RATING:
        turn.say(Slot.DONE, "rated")
    elif not reason and turn.drafting:
        turn.say(Slot.DONE, "rated_low_in_draft")
    elif not reason:
        turn.ask_about(OpenQuestion(purpose="reason", codes=[code], at=turn.entry.at), "rated_low")


def rate_in_words(turn: Turn, rating: c.Rate) -> None:
    """Handle a rating in the citizen's own words. Ask them to confirm its level first, as ratings are public.

    A level that is certain, or repeated after that question, is recorded at once.
    """
    topic = next((notice for notice in turn.talk.office_messages if notice.kind == "answered"), None)
    named = named_code(turn)
    if topic is None or (named and named != topic.code):
        ask_which_petition(turn, "rate")
    elif rating.level and (rating.chance == 1 or _repeats(turn, rating.level)):
        rate(turn, topic.code, rating.level)
    else:
        ask_rating(turn, topic.code, rating.level)


def _repeats(turn: Turn, level: int) -> bool:
    question = turn.talk.question
    return question is not None and question.purpose == "rating" and question.level == level


def ask_rating(turn: Turn, code: str, level: int | None = None) -> None:
    """Ask how satisfied the citizen is with an answer. If `level` is given, ask to confirm it."""
    parts = [part for part in turn.entry.parts if part.type == "text" and level is not None]
    question = OpenQuestion(purpose="rating", codes=[code], level=level, parts=parts, at=turn.entry.at)
    key = "rating_ask" if level is None else f"rating_sure_{level}"
    turn.ask_about(question, key, code=code)


def give_reason(turn: Turn, question: OpenQuestion) -> None:
    """Store the answer to the question for a reason: of a low rating, or of an objection to an outcome."""
    code = next(iter(question.codes), None)
    text = turn.entry.text
    turn.change(question=None)
    if question.purpose == "review" or code is None:
        if code:
            turn.do(Slot.DONE, AddToPetition(code, turn.entry.telling, quiet=True))
        turn.do(Slot.DONE, ContactWanted(ContactReason.CONTESTED, text, code))
        return
    contests = turn.reading.has(c.Contest)
    turn.do(Slot.DONE, GiveRatingReason(code, text, quiet=contests))
    if contests:
        turn.do(Slot.DONE, ContactWanted(ContactReason.CONTESTED, text, code))


# Which petition.


def ask_which_petition(turn: Turn, purpose: QuestionPurpose | str) -> None:
    """Ask the citizen to choose one of their petitions, or reply that they have none.

    With only one petition, a wish to view it or to see its status is carried out at once.
    """
    named = named_code(turn) if turn.talk.question is None else None  # the petitions of an open question stay the same
    codes = (named,) if named else own_codes(turn.citizen)
    if not codes:
        turn.say(Slot.ANSWER, "none_filed")
    elif len(codes) == 1 and purpose in {"view", "status"}:
        turn.do(Slot.ANSWER, LookUpStatus(codes[0], whole=purpose == "view"))
    elif not turn.asked:
        turn.ask_which(AskWhichPetition(purpose, codes, named=named is not None))  # type: ignore[arg-type]


def resolve_question(
    citizen: Citizen,
    offer: AskWhichPetition,
    standings: Mapping[str, OwnPetitionStatus],
    guide: CityGuide,
    at: datetime,
) -> ConversationTurn:
    """Carry out a request about the citizen's petitions, once their states have been read.

    Petitions whose state does not allow the purpose of `offer` are left out. If one remains, it is used. If several
    remain, the citizen chooses. If none remains, the reply explains that, or a new petition begins with the parts.
    """
    fits = _FITTING[offer.purpose]
    codes = [code for code in offer.codes if code in standings and fits(standings[code])]
    if offer.purpose == "rate":  # a rating can be replaced, but unrated petitions come first
        codes = [code for code in codes if not standings[code].rated] or codes
    turn = Turn(citizen, CitizenInput(key="", at=at, parts=()), guide)
    states = {code: standing.state for code, standing in standings.items()}
    kept = [part for part in offer.parts if offer.purpose != "amend" or part.type != "text"]
    if offer.purpose == "duplicate":
        _duplicate(turn, codes)
    elif not codes:
        kept = _none_fits(turn, offer, kept)
    elif offer.purpose == "amend":
        turn.citizen = begin_adding(citizen, codes[0], at, correcting=True)
        turn.do(Slot.DONE, AddToPetition(codes[0], offer.parts, correction=True, contact=offer.contact))
    elif offer.purpose == "belongs" and (offer.parts or draft_of(citizen).parts):
        _move(turn, codes, offer.parts)
    elif offer.purpose == "belongs":  # no content yet, so the next message is the addition
        return resolve_question(without_draft(citizen), replace(offer, purpose="add"), standings, guide, at)
    elif offer.purpose == "status":
        turn.say(Slot.ANSWER, "list", own=numbered_lines(citizen, codes, states))
    elif len(codes) == 1:
        act_on_chosen(turn, offer.purpose, codes[0], kept)
    else:
        question = OpenQuestion(purpose=offer.purpose, codes=codes, at=at)
        turn.ask_about(question, f"{offer.purpose}_ask", own=numbered_lines(citizen, codes, states))
    left = tuple(part for part in kept if not turn.has_place(part))
    if not left or turn.put_aside(left):
        return turn.result()
    belongs = AskWhichPetition("belongs", offer.codes, left)
    return resolve_question(turn.citizen, belongs, standings, guide, at).first(*turn.result().effects)


def _none_fits(turn: Turn, offer: AskWhichPetition, kept: list[InputPart]) -> list[InputPart]:
    """Reply that no petition can take the parts, or begin a new one with them. Return the parts not stored yet."""
    if offer.named:
        turn.say(Slot.ANSWER, "named_late", code=offer.codes[0])
        return [part for part in kept if part.type != "text"]
    if kept:
        begin(turn, kept)  # no petition of the citizen takes them any more
        ask_next(turn)
    else:
        turn.ask(_NONE.get(offer.purpose, f"none_to_{offer.purpose}"))
    return kept


def _move(turn: Turn, codes: Sequence[str], parts: Sequence[InputPart]) -> None:
    parts = parts or _written(turn)
    end_draft(turn)
    if len(codes) == 1:
        act_on_chosen(turn, "belongs", codes[0], parts)
    else:
        ask_belongs(turn, codes, parts)


def _written(turn: Turn) -> tuple[InputPart, ...]:
    return tuple(part for part in turn.draft.all_parts() if part.type != "sticker")


def _duplicate(turn: Turn, codes: Sequence[str]) -> None:
    turn.citizen = with_draft(turn.citizen, similar=codes[0] if codes else None, duplicate_asked=True)
    if codes:
        turn.citizen = with_conversation(at_step(turn.citizen, Step.DUPLICATE), acknowledged_at=None)
        turn.ask("duplicate_ask", code=codes[0])
    else:
        ask_next(turn)


def numbered_lines(citizen: Citizen, codes: Sequence[str], states: Mapping[str, State]) -> list[OwnPetitionLine]:
    """Return one line per petition for a numbered list, in the order of `codes`."""
    titles = {own.code: own.title for own in citizen.petitions}
    return [OwnPetitionLine(code, titles.get(code, ""), states.get(code)) for code in codes]


def act_on_chosen(turn: Turn, purpose: str, code: str, parts: Sequence[InputPart]) -> None:
    """Carry out `purpose` ("view", "rate", "withdraw", "add" or the like) on the petition that was chosen."""
    turn.change(question=None)
    at = turn.entry.at
    if purpose == "view":
        turn.do(Slot.ANSWER, LookUpStatus(code, whole=True))
    elif purpose == "rate":
        ask_rating(turn, code)
    elif purpose == "withdraw":
        turn.ask_about(OpenQuestion(purpose="withdraw_sure", codes=[code], at=at), "withdraw_sure", code=code)
    else:
        turn.citizen = begin_adding(turn.citizen, code, at, correcting=purpose == "correct")
        if purpose == "belongs" or parts:
            turn.do(Slot.DONE, AddToPetition(code, tuple(parts), correction=purpose == "correct"))
        else:
            turn.change(acknowledged_at=None)
            turn.ask(f"{purpose}_now", code=code)


def join_similar(turn: Turn) -> None:
    """Add the draft to the citizen's similar petition instead of filing it. Raise ValueError if none is known."""
    similar, parts = turn.draft.similar, _written(turn)
    if similar is None:
        raise ValueError("no petition is like the draft")
    end_draft(turn)
    turn.citizen = begin_adding(turn.citizen, similar, turn.entry.at)
    turn.do(Slot.DONE, AddToPetition(similar, parts))
