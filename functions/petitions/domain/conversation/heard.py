"""One table of (situation, dialog act): what follows from a message. Every pair has an outcome.

Acts that mean the same everywhere stand in EVERYWHERE; what a situation makes of the others stands in HERE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.draft import ConversationStep as Step
from petitions.domain.conversation import answers, outside, small_talk, summary_answers, telling
from petitions.domain.conversation.asking import ask_again
from petitions.domain.conversation.drafting import telling_parts
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.conversation.menu import rate
from petitions.domain.conversation.own_petitions import ask_rating
from petitions.domain.conversation.questions import READINGS, ask_meant
from petitions.domain.understanding.acts import ASKED, OUTSIDE, Situation
from petitions.domain.understanding.acts import DialogAct as Act
from petitions.domain.understanding.message_reader import Said

Handler = Callable[[Citizen, CitizenInput, CityGuide], ConversationTurn]

MAY_BE_A_STORY = 0.15
"""The probability of a story from which a message outside a draft is kept as one: nothing that was told is lost."""
SURE_WITHIN_A_STORY = 0.6
"""The probability below which a message within a story is more of it, and a first message begins one."""
LONGEST_PASSING = 20
"""The most words of a question, greeting or the like; a longer one tells something."""
SURELY_MORE = 0.9
"""The probability from which a message is added to a petition that nobody has asked about."""
SURE_OF_A_SHORT_STORY = 0.8
"""The probability below which a few words within a story may be a wish to stop."""
MAY_BE_A_STOP = 0.2
"""The probability from which a citizen who writes a petition is asked whether they mean to stop, or the like."""
BRIEF_YES = 3
"""The most words of a yes within a story that tells nothing."""
SURE_TO_STOP, LONGEST_PLAIN_STOP = 0.95, 4
"""The probability from which a message of more words than this stops a petition, or the like, without a question."""
LONGEST_STOP = 120
"""The most characters of a message that may mean to stop, and nothing else."""
LEAST_OFFERED = 0.12
"""The probability from which a reading is offered in a question."""


def missed(citizen: Citizen, _: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Say the question in hand in other words."""
    return ask_again(citizen, guide)


EVERYWHERE: Mapping[Act, Handler] = {
    Act.ERASE: small_talk.erased,
    Act.PERSON: small_talk.call_person,
    Act.ENGLISH: small_talk.in_english,
    Act.CANCEL: small_talk.cancelled,
    Act.WITHDRAW: small_talk.withdrawn,
    Act.STATUS: small_talk.told_status,
    Act.ASK: small_talk.answered,
    Act.THANKS: small_talk.thanked,
    Act.GREETING: small_talk.greeted,
    Act.VENT: small_talk.soothed,
    Act.MENU: small_talk.helped,
}
"""Acts that mean the same in every situation, unless HERE says otherwise."""


def _all(handler: Handler, *acts: Act) -> dict[Act, Handler]:
    return dict.fromkeys(acts, handler)


_STORY = (Act.FILE, Act.TELL, Act.ADD, Act.EMERGENCY, Act.CONTEST)
_PLAIN = (Act.YES, Act.NO, Act.DONE, Act.NOTHING, Act.UNCLEAR, Act.RATE)
_NEW: dict[Act, Handler] = {
    **_all(outside.begun, *_STORY, Act.GIVE, Act.CORRECT, Act.DECLINE),
    **_all(outside.menu_shown, *_PLAIN),
    Act.RATE: outside.rated,
    Act.ASK: small_talk.answered_outside,
}
_FILED: dict[Act, Handler] = {
    **_NEW,
    Act.CONTEST: outside.contested,
    Act.ADD: outside.added,
    Act.CORRECT: outside.amended,
    **_all(outside.welcomed, Act.YES, Act.DONE),
}
_AFTER: dict[Act, Handler] = {
    **_FILED,
    **_all(outside.added, Act.TELL, Act.GIVE, Act.DECLINE),
    Act.NO: outside.disagreed,
    Act.NOTHING: outside.welcomed,
    Act.ASK: small_talk.answered,
}
_DRAFT: dict[Act, Handler] = {
    **_all(telling.told_more, *_STORY),
    **_all(missed, *_PLAIN, Act.GIVE, Act.CORRECT, Act.DECLINE),
}
_QUESTION: dict[Act, Handler] = {**_DRAFT, Act.CORRECT: summary_answers.corrected}

HERE: Mapping[Situation, Mapping[Act, Handler]] = {
    Situation.IDLE_NEW: _NEW,
    Situation.IDLE_FILED: _FILED,
    Situation.ANSWERED: _AFTER,
    # Nobody reads an addition to what was refused: it goes to somebody who looks again.
    Situation.REFUSED: {**_AFTER, **_all(outside.contested, Act.ADD, Act.TELL, Act.GIVE)},
    Situation.SUPPLEMENT: {
        **_AFTER,
        **_all(outside.added, Act.YES, Act.NO, Act.CORRECT, Act.UNCLEAR),
        Act.DONE: outside.added_all,
        Act.ASK: small_talk.asked_back,
        Act.DECLINE: small_talk.cannot_give,
    },
    Situation.OFFICER: {
        **_AFTER,
        **_all(outside.replied, Act.TELL, Act.ADD, Act.GIVE, Act.CORRECT, Act.DECLINE),
        **_all(outside.replied, Act.YES, Act.NO, Act.ASK, Act.VENT, Act.UNCLEAR),
        Act.DONE: outside.added_all,
    },
    Situation.CONSENT: {
        **_all(telling.keep_and_ask_consent, *_STORY, *_PLAIN, Act.GIVE, Act.CORRECT, Act.DECLINE),
        Act.YES: telling.agreed,
        Act.NO: telling.not_agreed,
        Act.ASK: small_talk.answered_before_consent,
        Act.VENT: telling.keep_and_ask_consent,
    },
    Situation.CONTENT: {
        **_all(telling.told, *_STORY, Act.GIVE, Act.CORRECT, Act.DECLINE, Act.UNCLEAR, Act.RATE, Act.VENT),
        **_all(telling.told_briefly, Act.YES, Act.THANKS, Act.GREETING, Act.NOTHING),
        Act.DONE: telling.told_all,
        Act.NO: telling.no_more,
        Act.ASK: small_talk.answered_and_kept,
    },
    Situation.DUPLICATE: {
        **_DRAFT,
        **_all(telling.duplicate, Act.TELL, Act.EMERGENCY, Act.CONTEST),
        **_all(telling.join_similar, Act.ADD, Act.YES),
        **_all(telling.file_apart, Act.FILE, Act.NO),
    },
    Situation.PLACE: {
        **_QUESTION,
        **_all(answers.place_in_passing, Act.TELL, Act.FILE, Act.ADD, Act.CONTEST),
        Act.GIVE: answers.place,
        Act.DECLINE: answers.without_place,
    },
    Situation.CHOOSE_WARD: {
        **_QUESTION,
        **_all(answers.ward, Act.GIVE, Act.CORRECT, Act.UNCLEAR, Act.YES),
        **_all(answers.without_ward, Act.NO, Act.DECLINE),
    },
    Situation.NAME: {
        **_QUESTION,
        **_all(answers.name, Act.GIVE, Act.UNCLEAR),
        Act.DECLINE: answers.without_name,
    },
    Situation.HOME: {
        **_QUESTION,
        **_all(answers.home, Act.GIVE, Act.YES, Act.UNCLEAR),
        Act.DECLINE: answers.without_home,
    },
    Situation.PHONE: {
        **_QUESTION,
        **_all(answers.phone, Act.GIVE, Act.UNCLEAR),
        **_all(answers.without_phone, Act.NO, Act.DECLINE),
    },
    Situation.CONFIRM: {
        **_DRAFT,
        **_all(summary_answers.more_at_summary, *_STORY),
        **_all(summary_answers.corrected, Act.CORRECT, Act.GIVE, Act.NO),
        Act.YES: summary_answers.confirmed,
        Act.UNCLEAR: summary_answers.unclear,
    },
}
"""What a situation makes of an act."""

NUMBERS: Mapping[Situation, Handler] = {
    Situation.PLACE: missed,
    Situation.CHOOSE_WARD: answers.ward,
    Situation.NAME: missed,
    Situation.HOME: answers.home,
    Situation.CONFIRM: summary_answers.numbered,
    Situation.CONTENT: telling.told_nothing,
}
"""What a bare number answers where its act does not tell."""


def outcome(situation: Situation, act: Act) -> Handler:
    """Return what follows from an act in a situation."""
    return HERE[situation].get(act) or EVERYWHERE[act]


def heard(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the turn that follows from the act of the message."""
    read = entry.read
    if read.number is not None and read.situation in NUMBERS:
        return NUMBERS[read.situation](citizen, entry, guide)
    if read.situation in OUTSIDE:
        return _outside(citizen, entry, guide)
    unrated = citizen.conversation.unrated()
    if read.act is Act.RATE and read.level and unrated and not read.asks:
        return rate(citizen, unrated.code, read.level, entry)  # an answer arrived while a petition was being written
    if read.situation is Situation.CONTENT and read.clear and read.length <= BRIEF_YES:
        return telling.told_nothing(citizen, entry, guide)
    if read.situation is Situation.CONTENT and (read.asks or read.confidence < _enough(read)):
        return _ask_in_draft(citizen, entry) or telling.told(citizen, entry, guide)
    if aside := _aside(citizen, entry):
        return aside(citizen, entry, guide)
    return _ask_in_draft(citizen, entry) or outcome(read.situation, Act.UNCLEAR if read.asks else read.act)(
        citizen, entry, guide
    )


def _aside(citizen: Citizen, entry: CitizenInput) -> Handler | None:
    """Return what answers words that put the sending off or correct a part of a value, or the offer of an e-mail."""
    read = entry.read
    if read.situation is Situation.CONFIRM and read.later and read.act in _PLAIN:
        return summary_answers.put_off
    correcting = read.act is Act.CORRECT or read.mistaken or read.part == "phone"
    if read.part and correcting and read.situation in {Situation.CONFIRM, *ASKED}:
        return summary_answers.part_wanted
    if citizen.conversation.step is not Step.EMAIL:
        return None
    if read.act in _NO_EMAIL:
        return answers.without_email
    return answers.email if read.values.email or read.act is Act.GIVE else None


def _ask_in_draft(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Ask whether the citizen means to stop, or the like, where that is likely but not sure."""
    read = entry.read
    sure = read.confidence >= _enough(read) and not read.asks and read.act is not Act.UNCLEAR
    if sure or len(read.text) > LONGEST_STOP:
        return None
    likely = next((act for act, _ in read.likely if act in _STOPS), None)
    if likely is None or read.chance(*_STOPS) < MAY_BE_A_STOP:
        return None
    if likely is Act.DONE and read.situation is not Situation.CONTENT:
        return None
    meant = Act.CANCEL if likely is Act.WITHDRAW else likely  # nothing is filed yet that could be withdrawn
    return ask_meant(citizen, [meant], telling_parts(entry.parts), entry.at)


def _enough(read: Said) -> float:
    """Return the probability from which no question is asked whether the citizen means to stop."""
    if read.act in {Act.CANCEL, Act.WITHDRAW} and read.length > LONGEST_PLAIN_STOP:
        return SURE_TO_STOP
    short = read.situation is Situation.CONTENT and read.length <= telling.LONGEST_REMARK
    return SURE_OF_A_SHORT_STORY if short else SURE_WITHIN_A_STORY


_STOPS = frozenset({Act.CANCEL, Act.WITHDRAW, Act.ERASE, Act.PERSON, Act.DONE})
"""Acts after which a draft does not simply go on."""
_NO_EMAIL = frozenset({Act.NO, Act.DECLINE})


def _outside(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn:
    """Return the turn of a message outside a draft; one that may be a story is kept as one, or asked about."""
    read = entry.read
    if read.situation is Situation.OFFICER:
        sure = read.confidence >= (SURE_WITHIN_A_STORY if read.act in _CONFIRMED else SURELY_MORE)
        return (outcome(read.situation, read.act) if sure else outside.perhaps_replied)(citizen, entry, guide)
    story = read.act in _PASSING and _may_be_a_story(read, guide)
    other = _OTHERWISE.get((read.situation, read.act))
    if other and read.confidence < SURELY_MORE:
        return ask_meant(citizen, [read.act, other], telling_parts(entry.parts), entry.at)
    if read.asks or story or read.act in _VAGUE:
        asked = _ask_what_is_meant(citizen, entry) if citizen.petitions else None
        if asked is None and story and read.situation is Situation.IDLE_FILED:
            asked = ask_meant(citizen, [Act.FILE, Act.ADD], telling_parts(entry.parts), entry.at)
        if asked:
            return asked
    unsure = read.asks or (read.situation is Situation.IDLE_NEW and read.confidence < SURE_WITHIN_A_STORY)
    if story or (unsure and read.chance(*_LASTING) >= MAY_BE_A_STORY):
        return outcome(read.situation, _LIKELIEST[read.situation])(citizen, entry, guide)
    likely = read.likely[0][0]
    if read.situation is Situation.IDLE_NEW and read.act is Act.UNCLEAR and likely in EVERYWHERE:
        return outcome(read.situation, likely)(citizen, entry, guide)  # nothing is filed that could be hurt
    return outcome(read.situation, Act.UNCLEAR if read.asks else read.act)(citizen, entry, guide)


def _may_be_a_story(read: Said, guide: CityGuide) -> bool:
    """Return whether a message that would leave no trace tells something: by its act, its length, or its matter."""
    likely = read.chance(*_LASTING) >= MAY_BE_A_STORY or read.length > LONGEST_PASSING
    return likely or guide.responsible(read.text, surely=True) is not None


_OTHERWISE: Mapping[tuple[Situation, Act], Act] = {
    (Situation.IDLE_FILED, Act.ADD): Act.FILE,
    (Situation.ANSWERED, Act.FILE): Act.CONTEST,
    (Situation.REFUSED, Act.FILE): Act.CONTEST,
    (Situation.SUPPLEMENT, Act.FILE): Act.ADD,
}
"""What else a message may well mean that is not surely what it seems: a question names both."""
_WITHIN = frozenset({Act.CANCEL, Act.DONE, Act.TELL})
"""Readings that a question outside a draft names only where it says so itself."""
_CONFIRMED = frozenset({Act.ERASE, Act.WITHDRAW})
"""Acts after which the citizen is asked whether they are sure."""
_VAGUE = frozenset({Act.VENT, Act.UNCLEAR})
_PASSING = frozenset({Act.VENT, Act.ASK, Act.GREETING, Act.THANKS, Act.MENU, Act.PERSON, Act.STATUS})
"""Acts after which a message leaves no trace in a petition."""
_LASTING = (Act.FILE, Act.TELL, Act.ADD, Act.CONTEST)
"""Acts whose words belong to a petition."""
_LIKELIEST = dict.fromkeys(OUTSIDE, Act.FILE) | {Situation.SUPPLEMENT: Act.ADD}
"""What a message that may be a story is taken for."""


def _ask_what_is_meant(citizen: Citizen, entry: CitizenInput) -> ConversationTurn | None:
    """Ask one short question that names both readings; None where only one of them can be named."""
    unrated = citizen.conversation.unrated()
    likely = entry.read.likely
    rates = entry.read.chance(Act.RATE) >= LEAST_OFFERED > entry.read.chance(Act.CONTEST)
    if unrated and entry.read.situation is Situation.ANSWERED and rates:
        return ask_rating(citizen, unrated.code, entry.at)
    offered = [act for act, share in likely if act in READINGS and act not in _WITHIN and share >= LEAST_OFFERED][:2]
    if len(offered) < 2:  # noqa: PLR2004 - a choice needs two
        return None
    return ask_meant(citizen, offered, telling_parts(entry.parts), entry.at)
