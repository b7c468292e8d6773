"""The reading of a message, made once at the door: everything after it matches on `Said` and reads no raw text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from petitions.domain.language.words import fold, normal
from petitions.domain.routing.dangers import calls_for_help, tells_violence, without_denials
from petitions.domain.understanding.act_model import DialogActModel
from petitions.domain.understanding.acts import OUTSIDE, DialogAct, Situation, choose, group
from petitions.domain.understanding.exact import (
    as_above,
    choice_in_words,
    codes_in,
    exact_act,
    is_bare_house,
    is_clear_no,
    is_clear_yes,
    is_figure,
    is_miscoded,
    number_in,
    part_corrected,
    puts_off,
    said_of_consent,
    still_complains,
    wish_to_stop,
)
from petitions.domain.understanding.features import features
from petitions.domain.understanding.menu_words import LEVELS, MenuWord, bare, menu_word
from petitions.domain.understanding.values import SaidValues, ValueReader


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says in its situation."""

    text: str
    """In one line, NFC."""
    situation: Situation
    act: DialogAct
    confidence: float
    """The probability of the act, 1 for what is exact."""
    asks: bool
    """Whether taking the act may hurt more than asking what was meant."""
    likely: tuple[tuple[DialogAct, float], ...]
    """The likeliest acts with their probability, the likeliest first."""
    values: SaidValues
    number: int | None = None
    """The number of a choice, if the message is nothing else."""
    codes: tuple[str, ...] = ()
    level: int | None = None
    """1 for very satisfied, 2 for satisfied, 3 for not satisfied."""
    topic: str | None = None
    """What a question is about."""
    field: str | None = None
    """What a correction changes."""
    word: MenuWord | None = None
    """What a word of the menu asks for, if the message is nothing else."""
    miscoded: bool = False
    """Whether the message is an attempt at a code, and nothing else."""
    clear: bool = False
    """Whether a yes is without reserve."""
    refuses: bool = False
    """Whether it refuses consent, and says nothing else."""
    chosen: DialogAct | None = None
    """The act of the choice "Xóa" or "Rút" in words, if the message is nothing else."""
    later: bool = False
    """Whether something is to be sent at another time."""
    consents: bool | None = None
    """Whether the last "đồng ý" in the message affirms or denies; None if there is none."""
    part: str | None = None
    """The field, phone or home, of which only a part is given that cannot be applied surely: "số đuôi 679"."""
    as_above: bool = False
    """Whether it means the place that was named before."""
    violence: bool = False
    """Whether it tells of somebody beaten or threatened, beside whatever else it says."""
    danger: bool = False
    """Whether it tells of abuse, of somebody who may die or wants to, or begs for help."""
    mistaken: bool = False
    """Whether the citizen says that they made a slip: "nhầm"."""

    def chance(self, *acts: DialogAct) -> float:
        """Return the probability that one of these acts is meant."""
        return sum(share for act, share in self.likely if act in acts)

    @property
    def length(self) -> int:
        """Return the number of words."""
        return len(self.text.split())

    @property
    def wordless(self) -> bool:
        """Return whether the message has nothing but pictures and punctuation."""
        return not any(letter.isalnum() for letter in self.text)


class MessageReader:
    """The model and the reader of values in one."""

    def __init__(self, model: DialogActModel, values: ValueReader) -> None:
        """Keep both; the model's version is that of the readings."""
        self._model = model
        self._values = values

    def values(self, text: str, situation: Situation) -> SaidValues:
        """Return the values of a message whose act is not asked for."""
        return self._values.read(text, situation)

    def read(self, text: str, situation: Situation) -> Said:
        """Return the reading of a message. Never raises, on any text."""
        grams = features(text, situation)
        values, part = _without_parts(self._values.read(text, situation), text)
        exact = exact_act(text, situation)
        if situation is Situation.PHONE and values.phone is None and is_figure(text):
            exact = DialogAct.UNCLEAR  # a number, but none that rings
        likely = {exact: 1.0} if exact else _spoken(self._acts(text, situation, grams), text, situation)
        choice = choose(likely, self._model.harm[group(situation)])
        act, number = choice.act, number_in(text)
        return Said(
            text=normal(text),
            situation=situation,
            act=act,
            confidence=round(likely[act], 4),
            asks=choice.asks,
            likely=choice.likely,
            values=_without_the_asked(values, situation) if _gives_nothing(act, situation) else values,
            number=number,
            codes=codes_in(text),
            level=self._level(text, number, grams) if act is DialogAct.RATE else None,
            topic=(self._model.best("topic", grams) or "other") if act is DialogAct.ASK else None,
            field=self._model.best("field", grams) if act is DialogAct.CORRECT else None,
            word=menu_word(text),
            miscoded=is_miscoded(text),
            clear=is_clear_yes(text, situation),
            refuses=is_clear_no(text),
            chosen=choice_in_words(text),
            later=puts_off(text),
            consents=said_of_consent(text),
            part=part,
            as_above=as_above(text),
            violence=tells_violence(text),
            danger=calls_for_help(text),
            mistaken="nham" in fold(text).split(),
        )

    def _acts(self, text: str, situation: Situation, grams: Mapping[str, float]) -> dict[DialogAct, float]:
        """Return the probabilities of the acts; a danger that is only denied is told, no emergency."""
        acts, calm = self._model.acts(grams), without_denials(text)
        if calm == text:
            return acts
        left = self._model.acts(features(calm, situation)).get(DialogAct.EMERGENCY, 0.0) if calm.strip() else 0.0
        denied = max(0.0, acts.get(DialogAct.EMERGENCY, 0.0) - left)
        told = acts.get(DialogAct.TELL, 0.0) + denied
        return acts | {DialogAct.TELL: told, DialogAct.EMERGENCY: acts.get(DialogAct.EMERGENCY, 0.0) - denied}

    def _level(self, text: str, number: int | None, grams: Mapping[str, float]) -> int | None:
        """Return the level that was typed, or else the one that was read; praise that is taken back is none."""
        typed = number if number in LEVELS.values() else LEVELS.get(bare(text))
        if typed:
            return typed
        folded = fold(text)
        if stars := _STAR.match(folded):
            return _STARS[stars[1]]
        if points := _POINTS.search(folded):
            return 1 if int(points[1]) >= 8 else 2 if int(points[1]) >= 5 else 3  # noqa: PLR2004 - of ten
        if "hai long" in folded:
            read = "3" if _DENIED.search(folded) else "1" if _VERY.search(folded) else "2"
        else:
            read = self._model.best("level", grams) or ""
        return None if read in ("", "1", "2") and (not read or _TAKEN_BACK.search(folded)) else int(read)


WISHED_WITHIN, WISHED_OUTSIDE = 0.55, 0.9
"""The probability of a wish to stop that is found in the words; either is asked about before anything happens."""


def _spoken(likely: dict[DialogAct, float], text: str, situation: Situation) -> dict[DialogAct, float]:
    """Return the probabilities of the model, corrected where the words say more.

    A wish to stop is at least asked about, and in a yes that happens to be English there is no wish for English.
    """
    wish = wish_to_stop(text, situation)
    wished = WISHED_OUTSIDE if situation in OUTSIDE else WISHED_WITHIN
    if wish is not None and likely.get(wish, 0.0) < wished:
        left = (1.0 - wished) / (1.0 - likely.get(wish, 0.0))
        return {act: share * left for act, share in likely.items()} | {wish: wished}
    if situation is Situation.ANSWERED and still_complains(text):
        unsatisfied = likely.get(DialogAct.CONTEST, 0.0) + likely.get(DialogAct.THANKS, 0.0)
        return likely | {DialogAct.CONTEST: unsatisfied, DialogAct.THANKS: 0.0}
    english = likely.get(DialogAct.ENGLISH, 0.0)
    meant = group(situation) == "offered" and is_clear_yes(text, situation)
    if not meant or likely.get(DialogAct.YES, 0.0) <= english:
        return likely
    left = 1.0 - english
    return {act: share / left for act, share in likely.items() if act is not DialogAct.ENGLISH}


_GIVES_NOTHING = frozenset(
    {
        DialogAct.ASK,
        DialogAct.PERSON,
        DialogAct.VENT,
        DialogAct.NOTHING,
        DialogAct.GREETING,
        DialogAct.THANKS,
        DialogAct.CANCEL,
        DialogAct.DECLINE,
        DialogAct.WITHDRAW,
        DialogAct.ERASE,
        DialogAct.STATUS,
    }
)


_ABOUT_THE_MATTER = frozenset({DialogAct.EMERGENCY, DialogAct.FILE, DialogAct.TELL})


def _gives_nothing(act: DialogAct, situation: Situation) -> bool:
    """Return whether the value asked for is not given: an address in a story is where it happened, not their home."""
    return act in _GIVES_NOTHING or (act in _ABOUT_THE_MATTER and situation is Situation.HOME)


def _without_parts(values: SaidValues, text: str) -> tuple[SaidValues, str | None]:
    """Return the values without a part that stands for a whole one, and the field of which only a part is given."""
    part = part_corrected(text)
    if (part == "phone" and values.phone) or (part == "home" and not is_bare_house(values.home) and values.home):
        return values, None
    if part == "home" and values.place and not is_bare_house(values.place):
        return values, None
    return (replace(values, home=None, place=None), part) if part else (values, None)


_ASKED = {Situation.NAME: "name", Situation.HOME: "home", Situation.PHONE: "phone", Situation.PLACE: "place"}


def _without_the_asked(values: SaidValues, situation: Situation) -> SaidValues:
    """Return the values without the one asked for, which a message that answers something else does not give."""
    return replace(values, **{_ASKED[situation]: None}) if situation in _ASKED else values


_STARS = {"1": 3, "2": 3, "3": 2, "4": 1, "5": 1}
_STAR = re.compile(r"(?:cho )?([1-5]) ?(?:sao|stars?)\b")
_DENIED = re.compile(r"\b(?:khong|ko|k|hok|hong|chua|chang|cha|bat|dau co|dech|deo|lam sao|sao ma)\b")
_VERY = re.compile(r"\b(?:rat|cuc|vo cung|hoan toan|het suc|tuyet|qua|lam)\b")
_POINTS = re.compile(r"\b(\d{1,2}) ?(?:/ ?10 ?)?diem\b")
_TAKEN_BACK = re.compile(r"\?|\b(?:khong|ko|k|chua|nhung|gi|sao noi|dua|but|not|nothing|no|kidding|my foot|lien)\b")
"""Words that turn praise into scorn."""
