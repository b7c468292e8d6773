"""The conversation as a pure function (citizen, input) -> (citizen, effects).

A message is read as a list of commands. They are carried out in a fixed order:

1. danger 2. erasure and stopping 3. answers to the open question 4. corrections 5. values 6. the matter and its
attachments 7. questions 8. finishing 9. small talk

One input leads to at most one reply. A text older than the last one applied never answers the current question. It is
added to the content of the draft, or to the petition already filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Nothing, Pace
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.citizen.draft import InputPart, PetitionDraft
from petitions.domain.citizen.draft_changes import PAGE_FIELDS, settled
from petitions.domain.conversation.after_filing import (
    add,
    amend,
    ask_belongs,
    ask_whose_contact,
    contest,
    disown,
    finish_adding,
    named_code,
    own_codes,
    rate,
    rate_in_words,
    reply_to_officer,
)
from petitions.domain.conversation.answers import answer_questions
from petitions.domain.conversation.corrections import correct_values, edit_draft
from petitions.domain.conversation.danger import meet_danger
from petitions.domain.conversation.dialogue import (
    ADDING_FOR,
    danger_goes_on,
    labels_shown,
    petition_meant,
    situation_of,
)
from petitions.domain.conversation.edits import words_to_add
from petitions.domain.conversation.filing import (
    ask_again,
    ask_next,
    ask_whose,
    begin,
    give_values,
    repeat,
    send,
    show_summary,
    skip,
    with_contact_info,
)
from petitions.domain.conversation.pauses import FLOOD_WINDOW, with_wake_up
from petitions.domain.conversation.repairs import (
    answer_question,
    ask_about_erasure,
    ask_meant,
    call_persons,
    do_item,
    look_up,
    refuse,
    refuse_code,
    show_menu,
    small_talk,
    stop,
    sure_again,
)
from petitions.domain.conversation.same_place import mentions_people
from petitions.domain.conversation.story import is_answer, left_out, story_of, story_parts
from petitions.domain.conversation.turn import (
    AddToPetition,
    AskWhichPetition,
    CitizenInput,
    CityGuide,
    ConversationTurn,
    FilePetition,
    GiveRatingReason,
    LockPages,
    RateAnswer,
    Say,
    Slot,
    Turn,
    WithdrawPetition,
    draft_of,
    in_burst,
    is_late,
    with_conversation,
    with_draft,
    with_parts,
)
from petitions.domain.language.language import is_english
from petitions.domain.language.words import shortened
from petitions.domain.shared.edges import AtMost, Until, UpTo, lasting
from petitions.domain.shared.records import replace
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.taught_words import MenuWord
from petitions.domain.understanding.text import Text
from petitions.domain.understanding.told_asides import is_told

SURELY = 0.9
"""The probability from which a message that arrives late is a command and no content."""
SURELY_NEW = 0.75
"""The probability from which a described problem is a new one, even right after an office has written."""
SURELY_MORE = 0.8
"""The probability from which words sent while the summary is shown are added without a question."""
SURELY_ASKED = 0.6
"""The probability from which a longer question outside a draft reports no problem."""
SURELY_ADDED = 0.5
"""The probability from which words are added to a filed petition without a question. A mistake costs little."""
SURELY_SKIPPED = 0.6
"""The probability from which a wish to skip the current question is carried out."""
LONGEST_REMARK = 8
"""An unclear message of at most this many words is not added to the draft's text."""
MOST_REPLIES = 30
"""The number of replies within `FLOOD_WINDOW` from which the citizen sends too many messages (a flood)."""
LONGEST_ASIDES = 200
"""The most characters quoted of questions that were answered but not added to the petition."""
LONGEST_COMMAND = 40
"""The most characters of a message that may be an answer or a command during a flood. Longer ones are content."""
JUST_FILED = timedelta(minutes=10)
"""How long after filing another "1" is taken for the one that sent the petition, as the reply may arrive this late."""
LONGEST_ANSWER = 8
"""The most words of a late message that may answer an earlier question."""
FEWEST_TELLING = 5
"""The fewest words of a message that may report a problem although it looks like small talk."""
FEWEST_LETTERS = 3
"""A message with fewer letters begins no petition."""

_SET = ("parts", *(name for names in PAGE_FIELDS.values() for name in names))
"""The attributes of a draft that the citizen can set on its web page."""
_AFTER = frozenset({Situation.ANSWERED, Situation.REFUSED, Situation.SUPPLEMENT, Situation.RATE_REASON})
_COMMANDS = (c.Cancel, c.Finish, c.Affirm, c.Deny, c.Withdraw)


def converse(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the changed citizen and the effects of one input.

    Every input in every situation has an outcome, also a late one or one of a flood of messages.
    """
    talk = citizen.conversation
    if is_flooding(citizen, entry):
        return _awake(keep_unanswered(citizen, entry))
    late = is_late(talk, entry)
    if late:
        outcome = _late(citizen, entry, guide)
        if outcome is not None:
            return _awake(outcome)
    burst = not late and in_burst(talk, entry)
    if not late:
        citizen = with_conversation(citizen, last_at=entry.at)
    if talk.adding and UpTo(talk.adding.at + ADDING_FOR).is_over(entry.at):
        citizen = with_conversation(citizen, stage=Nothing())
    reading = _read(citizen, entry, guide)
    if reading and talk.draft is None and citizen.language is None and is_english(reading.text.words):
        citizen = replace(citizen, language="en")
    turn = Turn(citizen, entry, guide, reading, burst=burst)
    fold(turn)
    return _awake(count_reply(with_notice_if_full(citizen, turn.result(), burst=burst), entry))


def _read(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> Reading | None:
    if not entry.text:
        return None
    situation = situation_of(citizen, entry.at)
    return guide.read(entry.text, situation, labels_shown(citizen, situation, guide))


def fold(turn: Turn) -> None:
    """Carry out the commands of a message in a fixed order, danger first and small talk last.

    Then ask the next question.
    """
    before, waiting = turn.draft, _waiting(turn)
    meet_danger(turn)
    labelled = any(choice.chance == 1 for choice in turn.reading.of(c.Choose))
    if turn.reading.word and turn.reading.word.value not in {"erase", "person"} and not labelled:
        turn.take(*c.NAMES)
        turn.change(question=None)
        if turn.reading.word is MenuWord.ADD and turn.entry.media and not turn.drafting:
            if turn.reading.situation is Situation.REFUSED:
                contest(turn, turn.entry.text, bare=False)
            else:
                add(turn, turn.entry.media)
        else:
            do_item(turn, turn.reading.word)
    refuse_code(turn)
    edit_draft(turn)
    stop(turn)
    answer_question(turn)
    if turn.reading.miscoded:
        turn.take(*c.NAMES)
        turn.say(Slot.ANSWER, "code_wrong")
    if turn.step_before and turn.drafting and turn.reading.situation in {Situation.OFFICER, Situation.SUPPLEMENT}:
        _beside_draft(turn)
    elif turn.drafting:
        _in_draft(turn)
    elif not turn.asked:
        _outside(turn)
    _own_media(turn, waiting)
    call_persons(turn)
    answer_questions(turn)
    _finish(turn)
    small_talk(turn)
    _close(turn, before)


def _beside_draft(turn: Turn) -> None:
    """Send an answer to an officer's or unit's question that arrives while a petition is being written.

    The draft does not change.
    """
    code = petition_meant(turn.citizen, turn.entry.at)
    if turn.reading.situation is Situation.SUPPLEMENT and code and turn.entry.telling:
        turn.do(Slot.DONE, AddToPetition(code, turn.entry.telling))
        turn.change(office_messages=turn.talk.after_supplement(code).office_messages)
        turn.take(*(kind for kind in c.NAMES if kind not in {c.Ask, c.Status, c.CallPerson}))
    else:
        _to_officer(turn)


def _in_draft(turn: Turn) -> None:
    if turn.step is Step.CONFIRM and turn.entry.media:
        turn.take(c.Give, c.Correct, c.Skip, c.Remove)  # a caption describes the picture
    correct_values(turn)
    _rate_beside(turn)
    if turn.step is Step.CONTENT and turn.draft.rewriting and story_of(turn):
        kept = [part for part in turn.draft.parts if part.type != "text"]
        turn.change_draft(parts=kept, beyond=[], refused=0, rewriting=False)
    _add_description(turn)
    if turn.step not in {Step.CONSENT, Step.CONTENT} and any(part.type == "audio" for part in turn.entry.parts):
        turn.say(Slot.NOTE, "voice_unheard")
    give_values(turn)
    with_contact_info(turn)
    skips = [wish for wish in turn.take(c.Skip) if wish.chance >= SURELY_SKIPPED and is_answer(turn, wish)]
    if skips and not turn.asked:
        skip(turn)
    if turn.doubted and not turn.asked:
        ask_whose(turn, turn.doubted)
    if turn.send_after and turn.draft.ward == turn.draft_before.ward and not (turn.asked or turn.says(Slot.NOTE)):
        send(turn)  # a corrected place decides the unit, so the citizen sees it before sending


def _add_description(turn: Turn) -> None:
    parts = _told_parts(turn)
    worded = _has_words(parts)
    if turn.step is Step.CONFIRM and (_may_tell(turn) if not worded else not _surely_continues(turn)):
        _ask_whether_content(turn, parts)
        return
    before = turn.draft
    turn.keep(parts)
    asides = left_out(turn) if turn.telling else []
    if asides:
        turn.say(Slot.NOTE, "only_answered", words=shortened("; ".join(asides), LONGEST_ASIDES))
    if worded:
        turn.take(c.Tell, c.Add, c.Contest, c.Unclear)
    if turn.draft.parts == before.parts:
        return
    if turn.step is Step.CONFIRM and worded:
        turn.say(Slot.DONE, "added_to_story", words=_last_words(parts))
    elif turn.step is Step.CONFIRM:
        turn.say(Slot.DONE, "files_added", files=len(turn.draft.files()))
    elif worded and turn.step not in {Step.CONSENT, Step.CONTENT}:
        turn.say(Slot.DONE, "kept_in_story")


def _told_parts(turn: Turn) -> list[InputPart]:
    pieces = turn.step in {Step.CONSENT, Step.CONTENT}
    alone = pieces and all(isinstance(command, c.Unclear) for command in turn.reading.commands)
    unclear = turn.reading.asks and len(turn.reading.text.words) > (1 if alone else LONGEST_REMARK)
    parts = story_parts(turn)
    if not _has_words(parts) and _mentions_people_beside_place(turn):
        parts = [*turn.entry.telling]
    if not _has_words(parts) and unclear:
        parts = story_parts(turn, (c.Unclear,))
    if not _has_words(parts) and pieces and _may_tell(turn):
        parts = story_parts(turn, (c.Ask, c.Talk))
    if turn.step is Step.CONFIRM:
        parts = [replace(part, text=words_to_add(part.text)) if part.text else part for part in parts]
    return [part for part in parts if part.type == "text" or not turn.has_place(part)]


def _has_words(parts: Sequence[InputPart]) -> bool:
    return any(part.type == "text" for part in parts)


def _mentions_people_beside_place(turn: Turn) -> bool:
    if turn.step not in {Step.ADDRESS, Step.WARD}:
        return False
    answers = [one for one in turn.reading.of(c.Give) if one.field in {"place", "home"}]
    beside = turn.reading.of(c.Unclear) if turn.reading.has(c.Give) else ()
    return any(mentions_people(Text.of(one.words), turn.guide.names_of_places) for one in (*answers, *beside))


def _ask_whether_content(turn: Turn, parts: list[InputPart]) -> None:
    """Ask whether words sent while the summary is shown belong to the petition.

    Attachments are added at once.
    """
    turn.keep([part for part in parts if part.type != "text"])
    turn.take(c.Tell, c.Add, c.Contest, c.Unclear, c.Talk)
    words = [part for part in parts if part.type == "text"]
    ask_meant(turn, ["more"], words)


def _surely_continues(turn: Turn) -> bool:
    stories = (*turn.reading.of(c.Tell), *turn.reading.of(c.Add))
    return any(story.chance >= SURELY_MORE for story in stories)


def _last_words(parts: list[InputPart]) -> str:
    text = "\n".join(part.text for part in parts if part.text)
    return text if len(text) <= 160 else f"{text[:160].rsplit(' ', 1)[0]} …"  # noqa: PLR2004 - a quotation


def _rate_beside(turn: Turn) -> None:
    unrated = turn.talk.unrated()
    ratings = [rating for rating in turn.reading.of(c.Rate) if rating.chance == 1 and rating.level]
    meant = unrated and (not turn.reading.codes or unrated.code in turn.reading.codes)
    if unrated and meant and ratings and ratings[0].level:
        turn.take(c.Rate)
        rate(turn, unrated.code, ratings[0].level)


def _outside(turn: Turn) -> None:
    """Apply a message sent while no petition is being written, by the first meaning in `_OUTSIDE` that fits."""
    any(flow(turn) for flow in _OUTSIDE)


def _quoted(turn: Turn) -> bool:
    """Add the message to the petition of the message that it quotes. Return False if it quotes none."""
    entry = turn.entry
    if not entry.quoted or not entry.telling or turn.talk.adding:
        return False
    turn.take(*_FOR_A_PETITION)
    add(turn, entry.telling, entry.quoted)
    return True


def _to_officer(turn: Turn) -> bool:
    """Send the whole message to the officer waiting for a reply. Return False if there is none."""
    talks = turn.reading.situation in {Situation.OFFICER, Situation.DANGER} and not turn.reading.taught
    if not talks or not reply_to_officer(turn):
        return False
    turn.take(*(kind for kind in c.NAMES if kind is not c.Status))
    return True


def _contested(turn: Turn) -> bool:
    """Request a review of an outcome if the message objects to it. Return False if it does not.

    An addition to a refused petition counts as an objection, as nobody would read it otherwise.
    """
    refused = turn.reading.situation is Situation.REFUSED and turn.holds(c.Add, c.Give, c.Correct)
    if not turn.citizen.petitions or not (turn.holds(c.Contest) or refused):
        return False
    turn.take(*_FOR_A_PETITION)
    contest(turn, turn.entry.text, bare=turn.reading.taught)
    return True


def _rated(turn: Turn) -> bool:
    ratings = turn.take(c.Rate)
    if ratings:
        turn.take(c.Tell, c.Add, c.Give)
        rate_in_words(turn, ratings[0])
    return bool(ratings)


def _amended(turn: Turn) -> bool:
    if not turn.holds(c.Correct, c.Remove) or not turn.citizen.petitions:
        return False
    turn.take(*_FOR_A_PETITION)
    amend(turn)
    return True


def _added(turn: Turn) -> bool:
    if not turn.holds(c.Add) or not (turn.citizen.petitions or turn.talk.requested):
        return False
    _add(turn)
    return True


def _begun(turn: Turn) -> bool:
    if not turn.holds(c.Tell, c.Add, c.Contest):
        return False
    _begin(turn)
    return True


def _supplemented(turn: Turn) -> bool:
    """Add a message that answers a unit's request for more information. Return whether the message is handled.

    After a short refusal the bot asks whether to pass it on or to call an officer. A message read as a question that
    may also inform the unit is added, and the question is answered too.
    """
    if turn.reading.situation is not Situation.SUPPLEMENT:
        return False
    answers = turn.take(c.Give, c.Unclear, c.Affirm, c.Deny, c.Choose) or _more_than_a_question(turn)
    declined = turn.take(c.Skip)
    if answers or (declined and len(turn.reading.text.words) > LONGEST_REMARK):
        add(turn, turn.entry.telling)
    elif declined:
        ask_meant(turn, ["add", "person"])
    return bool(answers or declined)


def _more_than_a_question(turn: Turn) -> bool:
    """Return whether a message read as a question or small talk may also inform the unit.

    It may if that reading is uncertain, if it mentions somebody or an event, or if it asks at length for a reason.
    """
    passing = [*turn.reading.of(c.Ask), *turn.reading.of(c.Talk)]
    if not passing or turn.reading.taught or turn.reading.codes:
        return False
    long = len(turn.reading.text.words) > LONGEST_REMARK
    why = any(question.topic == "why" for question in turn.reading.of(c.Ask))
    return (long and why) or _may_tell(turn) or any(is_told(one.words) for one in passing)


def _told_in_danger(turn: Turn) -> bool:
    if not _begins_in_danger(turn):
        return False
    begin(turn, [])
    _add_description(turn)
    give_values(turn)
    return True


def _given(turn: Turn) -> bool:
    """Use values sent without a described problem: for the petition last talked about, or to begin a new one."""
    if not turn.holds(c.Give) or turn.holds(c.CallPerson):
        return False
    if turn.citizen.petitions and petition_meant(turn.citizen, turn.entry.at):
        if not ask_whose_contact(turn):
            _ask_or_add(turn, ["add", "tell"])
    else:
        _begin(turn)
    return True


def _unclear(turn: Turn) -> bool:
    """Look up the code in an unclear message. Keep a longer one without a code, so that no content is lost."""
    if not turn.holds(c.Unclear) or turn.holds(c.CallPerson):
        return False
    if turn.reading.codes:
        turn.take(c.Unclear)
        look_up(turn)
    elif len(turn.reading.text.words) > LONGEST_REMARK:
        new = turn.reading.situation in {Situation.IDLE_NEW, Situation.DANGER}
        _begin(turn) if new else _ask_or_add(turn, ["tell", "add"])
    return True


def _perhaps_told(turn: Turn) -> bool:
    """Keep words that look like small talk or a question but may report a problem, so that nothing is lost."""
    if not _may_tell(turn) or not (turn.citizen.petitions or turn.reading.has(c.Ask)):
        return False
    turn.take(c.Talk, c.Ask)
    if turn.citizen.petitions:
        _ask_or_add(turn, ["add", "tell"])
    else:
        begin(turn, list(turn.entry.telling))
    return True


def _may_tell(turn: Turn) -> bool:
    passing = (*turn.reading.of(c.Talk), *turn.reading.of(c.Ask))
    surely = {c.Talk: SURELY_MORE, c.Ask: SURELY_ASKED}
    unsure = bool(passing) and all(command.chance < surely[type(command)] for command in passing)
    alone = len(passing) == len(turn.reading.commands)
    return unsure and alone and len(turn.reading.text.words) >= FEWEST_TELLING


_OUTSIDE = (
    _quoted,
    _to_officer,
    disown,
    _contested,
    _rated,
    _amended,
    _added,
    _begun,
    _supplemented,
    _told_in_danger,
    _given,
    _unclear,
    _perhaps_told,
)
"""The possible meanings of a message outside a draft, in the order in which they are tried."""


def _begins_in_danger(turn: Turn) -> bool:
    tells = story_of(turn) or _unplaced(turn) or turn.holds(c.Give)
    return danger_goes_on(turn.talk, turn.entry.at) and bool(tells) and not turn.says(Slot.DONE)


_FOR_A_PETITION: tuple[type[c.Command], ...] = (
    c.Tell, c.Add, c.Give, c.Correct, c.Remove, c.Contest, c.Unclear, c.Skip,
)  # fmt: skip


def _add(turn: Turn) -> None:
    """Add the message to a filed petition, or begin a new one, whichever is certain. Otherwise ask."""
    surest = max(more.chance for more in turn.reading.of(c.Add))
    new = max((story.chance for story in turn.reading.of(c.Tell)), default=0.0)
    waited = turn.reading.situation is Situation.SUPPLEMENT or turn.talk.adding is not None
    if new >= SURELY_NEW and not waited:
        _begin(turn)
    elif waited or surest >= SURELY_ADDED or turn.reading.codes:
        turn.take(*_FOR_A_PETITION)
        parts = story_parts(turn) if turn.does(WithdrawPetition) else turn.entry.telling
        named = named_code(turn)
        if named:
            turn.ask_which(AskWhichPetition("belongs", (named,), tuple(parts), named=True))
        else:
            add(turn, parts)
    else:
        _ask_or_add(turn, ["add", "tell"])


def _ask_or_add(turn: Turn, readings: list[str]) -> None:
    turn.take(*_FOR_A_PETITION)
    ask_meant(turn, readings)


def _begin(turn: Turn) -> None:
    """Begin a petition with the message. Ask first if an office has just written and the message may be a reply."""
    entry, situation = turn.entry, turn.reading.situation
    chance = max((story.chance for story in turn.reading.of(c.Tell)), default=1.0)
    if situation in _AFTER and chance < SURELY_NEW and turn.citizen.petitions:
        other = "add" if situation is Situation.SUPPLEMENT else "contest"
        _ask_or_add(turn, [other, "tell"])
        return
    if sum(letter.isalpha() for letter in entry.text) < FEWEST_LETTERS and not entry.media:
        return
    begin(turn, [])
    _add_description(turn)
    turn.take(c.Tell, c.Add, c.Contest, c.Unclear)
    give_values(turn)
    if not turn.talk.acknowledged_at and turn.citizen.petitions:
        turn.say(Slot.NOTE, "content_begun")


def _finish(turn: Turn) -> None:
    new = not turn.citizen.petitions and not turn.does(FilePetition)
    if new and not turn.drafting and turn.says(Slot.ANSWER) and not turn.asked:
        turn.say(Slot.NOTE, "go_on")
    if turn.take(c.Finish) and not turn.drafting:
        if turn.talk.adding:
            finish_adding(turn)
        elif not turn.says():
            turn.say(Slot.NOTE, "you_are_welcome")


def _waiting(turn: Turn) -> list[InputPart]:
    """Return the parts kept for the answer to the open question: attachments, and words not yet decided on."""
    question, reading = turn.talk.question, turn.reading
    if question is None or question.purpose in {"reconsider", "matters"} or reading.has(c.Cancel):
        return []
    words = not (turn.drafting or question.purpose == "rating") and not reading.has(
        c.Choose, c.Affirm, c.Deny, c.Finish
    )
    return [part for part in question.parts if words or part.type != "text"]


def _unplaced(turn: Turn, waiting: Sequence[InputPart] = ()) -> tuple[InputPart, ...]:
    return tuple(part for part in (*waiting, *turn.entry.media) if not turn.has_place(part))


def _own_media(turn: Turn, waiting: Sequence[InputPart]) -> None:
    """Put every attachment into the draft or a petition, or ask to which petition it belongs.

    `waiting` are parts kept for the answer to a question that is no longer open.
    """
    media = _unplaced(turn, waiting)
    question = turn.talk.question
    if turn.drafting:
        turn.keep(media)
        return
    if not media or turn.put_aside(media):
        return
    if question and question.purpose == "menu":
        turn.unask()
    if turn.does(RateAnswer, GiveRatingReason, WithdrawPetition):  # a transaction changes a petition once
        ask_belongs(turn, own_codes(turn.citizen), media)
    elif turn.added_to:
        turn.do(Slot.DONE, AddToPetition(turn.added_to, media, quiet=True))
    elif question and question.codes and question.purpose in {"reason", "review"}:
        turn.do(Slot.DONE, AddToPetition(question.codes[0], media))
    elif turn.talk.adding or (turn.talk.requested and len(turn.talk.requested) == 1):
        add(turn, media)
    elif turn.talk.requested:
        ask_belongs(turn, turn.talk.requested, media)
    elif turn.citizen.petitions:
        turn.ask_which(AskWhichPetition("belongs", own_codes(turn.citizen), media))
    else:
        begin(turn, list(media))


def _close(turn: Turn, before: PetitionDraft) -> None:
    if turn.drafting and not turn.silent and not turn.asked:
        _ask_in_draft(turn, before)
    elif not turn.drafting and not turn.says():
        _nothing_done(turn)
    if turn.left and not turn.drafting and not turn.says(Slot.DONE, Slot.ANSWER, Slot.NOTE, Slot.QUESTION, Slot.LEAD):
        turn.say(Slot.NOTE, "go_on")
    if turn.drafting and not (turn.silent and turn.step is Step.CONSENT):  # the notice has not been shown yet
        turn.change(acknowledged_at=turn.entry.at)


def _ask_in_draft(turn: Turn, before: PetitionDraft) -> None:
    step, draft = turn.step, turn.draft
    unanswered = draft == before and not turn.says() and not turn.answered and not turn.reading.has(c.Finish)
    edited = step is Step.CONFIRM and bool(turn.entry.text)
    same = turn.burst and not edited and not turn.says(Slot.ANSWER)
    if unanswered and step is not Step.CONTENT and turn.reading.commands and not _progress(turn):
        ask_again(turn)
        return
    answered = turn.says(Slot.ANSWER) and draft == before
    (repeat if answered and _asked_once(turn) else ask_next)(turn)
    if same and turn.step is step and (draft.all_parts(), draft.refused) != (before.all_parts(), before.refused):
        turn.silence()


def _progress(turn: Turn) -> bool:
    return turn.step is None or turn.step is not turn.step_before


def _asked_once(turn: Turn) -> bool:
    return turn.step is turn.step_before and turn.step is not Step.CONSENT


def _nothing_done(turn: Turn) -> None:
    """Reply to a message without effect while no petition is being written.

    A "1" begins a petition, as the bot's texts promise.
    """
    question, filed = turn.talk.question, turn.talk.filed
    one = turn.reading.number == 1 and question is None and turn.reading.situation is not Situation.OFFICER
    if one and filed is not None and turn.entry.at in Until(filed.at + JUST_FILED):
        turn.say(Slot.NOTE, "filed_already", code=filed.code)
    elif one:
        begin(turn, [])
        ask_next(turn)
    elif question is not None and question.purpose == "rating" and turn.reading.commands:
        if turn.entry.at in Until(question.at):  # it answered another question, which this one has replaced
            turn.say(Slot.NOTE, "late_command_filed")
        turn.ask("rating_ask", code=question.codes[0])
    elif turn.reading.has(c.Affirm, c.Deny, c.Finish, c.Skip) and turn.citizen.petitions:
        turn.say(Slot.NOTE, "you_are_welcome")
    else:
        show_menu(turn)


def _awake(turn: ConversationTurn) -> ConversationTurn:
    return replace(turn, citizen=with_wake_up(turn.citizen))


# Inputs that Zalo delivers late.


def _late(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Apply an input that Zalo delivered after a newer one. Return None if it is to be treated like one in time.

    A late command is not added as content and answers no question asked since. A wish for erasure is still followed by
    its question, and a refusal of consent is still accepted. Any other command gets a reply, and the citizen may repeat
    it.
    """
    talk = citizen.conversation
    drafting, filing = talk.draft is not None, _filed_since(citizen, entry)
    if talk.question and Until(talk.question.at).is_over(entry.at) and not drafting:
        return None
    reading = _read(citizen, entry, guide)
    turn = Turn(citizen, entry, guide, reading)
    if reading and reading.has(c.Erase):
        ask_about_erasure(turn)
        return turn.result()
    if reading and talk.step is Step.CONSENT and reading.has(c.Deny) and not reading.has(c.Tell):
        refuse(turn)
        return turn.result()
    if reading and reading.word is MenuWord.LOCK:
        turn.do(Slot.DONE, LockPages())
        return turn.result()
    asking = talk.question is not None and not (reading and reading.has(c.Rate))
    if reading and (reading.number is not None or (_answers(reading, guide) and (drafting or filing or asking))):
        return _late_command(turn)
    if drafting:
        untold = not turn.draft.content()
        turn.keep(entry.parts)
        with_contact_info(turn)
        if untold and turn.draft.content() and turn.step is Step.CONTENT:
            ask_next(turn)  # the missing content has come
        return with_notice_if_full(citizen, turn.result())
    if filing:
        withdrawn = talk.filed is None  # nobody waits for a reply about a withdrawn petition
        add_to = AddToPetition(filing, entry.parts, quiet=withdrawn)
        return ConversationTurn(citizen, (add_to,) if entry.telling else ())
    return None


def _filed_since(citizen: Citizen, entry: CitizenInput) -> str | None:
    """Return the code of the petition that was being written when the input was sent, even if it is withdrawn now."""
    filed = citizen.conversation.filed
    if filed is not None:
        return filed.code if entry.at in UpTo(filed.at) else None
    return next((own.code for own in reversed(citizen.petitions) if entry.at in UpTo(own.filed_at)), None)


def _answers(reading: Reading, guide: CityGuide) -> bool:
    """Return whether a late message is a command, or a short answer to an earlier question."""
    short = len(reading.text.words) <= LONGEST_ANSWER
    earlier = (guide.read(reading.text.raw, asked) for asked in (Situation.CONSENT, Situation.CONFIRM) if short)
    return any(_is_command(one) for one in (reading, *earlier))


def _is_command(reading: Reading) -> bool:
    sure = [command for command in reading.commands if isinstance(command, _COMMANDS) and command.chance > SURELY]
    return reading.taught or (bool(sure) and len(sure) == len(reading.commands))


def _late_command(turn: Turn) -> ConversationTurn:
    """Answer a command that came after newer inputs. Keep the picture if the command was its caption."""
    filed, files = turn.talk.filed, turn.entry.media
    if turn.drafting:  # this reply replaces the last question, which may not have arrived yet
        turn.keep(files)
        turn.say(Slot.NOTE, "late_command")
        if turn.step is Step.CONFIRM:  # nobody sends a summary without having seen it
            show_summary(turn)
        else:
            repeat(turn)
        return turn.result()
    turn.say(Slot.NOTE, "late_command_filed")
    sure_again(turn)  # the question may not have come yet
    if filed and files:
        turn.do(Slot.DONE, AddToPetition(filed.code, files, quiet=True))
    return turn.result()


# Floods.


def is_flooding(citizen: Citizen, entry: CitizenInput) -> bool:
    """Return whether the citizen has got `MOST_REPLIES` replies within `FLOOD_WINDOW` before the input."""
    pace = citizen.conversation.pace
    return pace is not None and not AtMost(MOST_REPLIES).has_room(pace.replies) and _within(pace, entry)


def keep_unanswered(citizen: Citizen, entry: CitizenInput) -> ConversationTurn:
    """Store an input of a citizen who writes too fast, without a reply.

    Only the first such input gets a notice. Short texts are not added to the draft, as they may answer an old question.
    """
    talk = citizen.conversation
    pace = Pace(at=entry.at, replies=talk.pace.replies if talk.pace else 0, flooding=True)
    listening = with_conversation(citizen, last_at=entry.at, pace=pace)
    tells = len(entry.text) > LONGEST_COMMAND or any(part.type != "text" for part in entry.telling)
    effects: tuple[AddToPetition, ...] = ()
    if talk.draft is not None:
        listening = with_parts(listening, entry.parts) if tells else listening
    elif talk.adding and tells:
        effects = (AddToPetition(talk.adding.code, entry.telling, quiet=True),)
    turn = ConversationTurn(listening, effects)
    return turn if talk.flooding else turn.say("flood")


def count_reply(turn: ConversationTurn, entry: CitizenInput) -> ConversationTurn:
    """Return the turn with its reply counted toward the limit of `MOST_REPLIES` within `FLOOD_WINDOW`."""
    if not turn.effects:
        return turn
    pace = turn.citizen.conversation.pace
    within = pace is not None and _within(pace, entry)
    counted = Pace(at=pace.at if within and pace else entry.at, replies=pace.replies + 1 if within and pace else 1)
    return replace(turn, citizen=with_conversation(turn.citizen, pace=counted))


def _within(pace: Pace, entry: CitizenInput) -> bool:
    return entry.at in lasting(pace.at, FLOOD_WINDOW)


# Notices that the petition is full.


def with_notice_if_full(before: Citizen, turn: ConversationTurn, *, burst: bool = False) -> ConversationTurn:
    """Return the turn, with a notice in front if the draft has just become too full for new parts.

    With `burst`, i.e. for messages in quick succession, a draft that was full before gets no second notice.
    """
    was, draft = draft_of(before), turn.citizen.conversation.draft
    if draft is None:
        return turn
    refused = draft.refused > was.refused and not (burst and was.refused)
    beyond = bool(draft.beyond) and not was.beyond
    if not refused and not beyond:
        return turn
    return turn.first(Say("told_full" if draft.refused else "told_beyond"))


# An officer talks with the citizen in Zalo's chat tool while the bot stays silent (PLATFORM 1.12).


def officer_wrote(citizen: Citizen, entry: CitizenInput, silence: timedelta) -> ConversationTurn:
    """Add an officer's message to the petition filed last, if any. Stop the bot's replies for `silence`."""
    until = max(entry.at + silence, citizen.silent_until or entry.at)
    silent = with_wake_up(replace(citizen, silent_until=until))
    filed = citizen.conversation.filed
    written = (AddToPetition(filed.code, entry.parts, by="officer"),) if filed and entry.parts else ()
    return ConversationTurn(silent, written)


def is_silent(citizen: Citizen, entry: CitizenInput) -> bool:
    """Return whether the bot must not reply, as an officer talks with the citizen at the time of the input."""
    return citizen.silent_until is not None and entry.at in Until(citizen.silent_until)


def respond(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the turn for an input. It has no reply while an officer talks with the citizen.

    A field that the citizen has set on the draft's web page after writing the message keeps the value of the page. The
    reply names the fields for which message and page differ.
    """
    before, turn = citizen.conversation.draft, _respond(citizen, entry, guide)
    after = turn.citizen.conversation.draft
    if before is None or after is None or before.page != after.page:
        return turn
    kept = settled(before, after, entry.at)
    changes = {name: getattr(kept, name) for name in ("set_at", "conflicts", *_SET)}
    turn = replace(turn, citizen=with_draft(turn.citizen, **changes))
    for one in kept.conflicts[len(after.conflicts) :]:
        turn = turn.say("page_newer", what=one.field)
    return turn


def _respond(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the turn for an input, before fields set on the draft's web page are restored.

    While an officer talks, the input is stored in the draft or the petition filed last, without a reply. Dangers and
    wishes for erasure or for locking pages are still answered, and the word MENU brings the bot back.
    """
    if not is_silent(citizen, entry):
        return converse(replace(citizen, silent_until=None), entry, guide)
    talk = citizen.conversation
    reading = _read(citizen, entry, guide)
    if reading and any(ask.topic == "menu" and ask.chance == 1 for ask in reading.of(c.Ask)):
        return converse(replace(citizen, silent_until=None), entry, guide)
    erasing = talk.question is not None and talk.question.purpose == "erase"
    if reading and (erasing or reading.has(c.Erase) or reading.in_danger or reading.word is MenuWord.LOCK):
        return converse(citizen, entry, guide)
    listening = citizen if is_late(talk, entry) else with_conversation(citizen, last_at=entry.at)
    if talk.draft is not None:
        turn = Turn(listening, entry, guide)
        turn.keep(entry.parts)
        with_contact_info(turn)
        return _awake(turn.result())
    kept = (AddToPetition(talk.filed.code, entry.parts, quiet=True),) if talk.filed and entry.telling else ()
    return ConversationTurn(listening, kept)


def follow(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Greet a citizen who follows the account, but not in the middle of a draft or while an officer talks."""
    followed = replace(citizen, following=True)
    if citizen.conversation.draft is not None or is_silent(citizen, entry):
        return ConversationTurn(followed)
    turn = Turn(followed, entry, guide)
    show_menu(turn)
    return turn.result()
