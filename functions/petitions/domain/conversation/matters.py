"""Two matters in one message, for which two units are responsible, are offered as two petitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import OpenQuestion
from petitions.domain.conversation.drafting import draft_of, with_conversation, with_draft
from petitions.domain.conversation.effects import CitizenInput, CityGuide, ConversationTurn
from petitions.domain.language.words import shortened, words

_MARKS = (
    ("thu", "hai"), ("viec", "thu", "hai"), ("chuyen", "thu", "hai"), ("viec", "nua"), ("chuyen", "nua"),
    ("ngoai", "ra"), ("mot", "viec", "khac"), ("mot", "chuyen", "khac"), ("viec", "2"), ("second",),
    ("another", "thing"),
)  # fmt: skip
"""How people begin a second matter, folded."""
_NUMBERED = ("2.", "2)", "2/")
FEWEST_WORDS = 6
"""A matter has at least so many words."""
MOST_TRIED = 4
"""The places at which a second matter may begin; each costs two routings, and a message may be full of them."""
SHOWN = 70
SEPARATE = 1


def ask_about_two(citizen: Citizen, entry: CitizenInput, guide: CityGuide) -> ConversationTurn | None:
    """Ask whether a story of one message is to become two petitions; None if it tells one, or was asked about."""
    draft = draft_of(citizen)
    told = [part for part in draft.parts if part.text]
    found = _split(told[0].text or "", guide) if len(told) == 1 and not draft.matters_asked else None
    if found is None:
        return None
    first, second = found
    parts = [told[0].model_copy(update={"text": text, "key": key}) for text, key in _keyed(told[0].key, first, second)]
    question = OpenQuestion(purpose="matters", parts=parts, at=entry.at)
    asked = with_conversation(with_draft(citizen, matters_asked=True), question=question)
    return ConversationTurn(asked).say("matters_ask", one=shortened(first, SHOWN), other=shortened(second, SHOWN))


def _keyed(key: str, first: str, second: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (first, key), (second, f"{key}-2")


def separated(citizen: Citizen, question: OpenQuestion) -> Citizen:
    """Return the citizen whose draft tells the first matter and keeps the second for a petition after it."""
    draft = draft_of(citizen)
    first, second = question.parts
    parts = [first if part.key == first.key else part for part in draft.parts]
    return with_draft(citizen, parts=parts, then=[second])


def next_matter(citizen: Citizen, entry: CitizenInput) -> CitizenInput | None:
    """Return the input that tells the matter kept for a second petition, if there is one."""
    then = draft_of(citizen).then
    return replace(entry, parts=tuple(then), said=None) if then else None


def _split(text: str, guide: CityGuide) -> tuple[str, str] | None:
    """Return the two matters of a text, for which two units are surely responsible, or None."""
    for at in islice(_beginnings(text), MOST_TRIED):
        first, second = text[:at].strip(" ,;\n-"), text[at:].strip()
        units = {guide.responsible(each, surely=False) for each in (first, second)}
        if None not in units and len(units) == 2:  # noqa: PLR2004 - two matters, two units
            return first, second
    return None


def _beginnings(text: str) -> Iterator[int]:
    """Yield where words stand with which a second matter begins, with enough of them before and behind."""
    said = words(text)
    folded = [word.folded for word in said]
    for at in range(FEWEST_WORDS, len(said) - FEWEST_WORDS):
        marked = any(tuple(folded[at : at + len(mark)]) == mark for mark in _MARKS)
        if marked or text[said[at].start : said[at].end + 1] in _NUMBERED:
            yield said[at].start
