"""Derive the proposed class and the accused unit from a routing decision, and find mentions of officers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from petitions.domain.language.language import is_english
from petitions.domain.language.phrases import Hit, PhraseBook
from petitions.domain.language.words import Word, fold, normal, spellings, words
from petitions.domain.petition.classification import Nature, PetitionClass, Statement
from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from petitions.domain.routing.reading import WARD
from petitions.domain.routing.routing import Router, RoutingDecision
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.units.directory import COORDINATORS, OUT_OF_SCOPE, UNKNOWN_OFFICE, UNKNOWN_WARD

_NATURES = {
    PetitionFacet.BOTH: Nature.BOTH,
    PetitionFacet.CONTENT: Nature.CONTENT,
    PetitionFacet.LEGAL_DOCUMENT: Nature.CONTENT,
}
_CLASSES: dict[PetitionKind, PetitionClass] = {
    PetitionKind.COMPLAINT: "complaint",
    PetitionKind.DENUNCIATION: "denunciation",
}


def proposed_nature(decision: RoutingDecision) -> Nature:
    """Return the nature of the petition (LAW 1.2). A petition that is not about a rule is about conduct."""
    return _NATURES.get(decision.facet, Nature.CONDUCT)


def proposed_statement(decision: RoutingDecision) -> Statement:
    """Return whether the petition only reports something or proposes a change of a rule."""
    return Statement.PROPOSAL if decision.kind is PetitionKind.REGULATION else Statement.REPORT


def proposed_class(decision: RoutingDecision) -> PetitionClass:
    """Return the class of the petition. A merely possible denunciation is "pakn" until an officer has read it."""
    if decision.kind is PetitionKind.DENUNCIATION and not decision.closed:
        return "pakn"
    legal = decision.facet is PetitionFacet.LEGAL_DOCUMENT
    return _CLASSES.get(decision.kind, "vbqppl" if legal else "pakn")


def accused_unit(decision: RoutingDecision, ward: str | None) -> str | None:
    """Return the accused unit, or None if the text accuses nobody.

    If the accused ward or office is not named, return UNKNOWN_WARD or UNKNOWN_OFFICE. `ward` is the ward chosen by the
    citizen, if any.
    """
    if decision.accused == WARD:
        return ward or decision.ward or UNKNOWN_WARD
    return decision.accused or (UNKNOWN_OFFICE if decision.closed else None)


def likely_accused(decision: RoutingDecision) -> str | None:
    """Return the unit that a text most likely accuses, or None without an accusation.

    If the text does not name the unit, return the ward in the text, or else the first unit of the routing.
    """
    if decision.accused or not decision.closed:
        return accused_unit(decision, None)
    named = [unit.code for unit in decision.units if unit.code not in {OUT_OF_SCOPE, COORDINATORS}]
    return decision.ward or next(iter(named), None)


def reports_misconduct(decision: RoutingDecision) -> bool:
    """Return whether the text reports misconduct, of a named unit or not."""
    denounced = decision.kind is PetitionKind.DENUNCIATION
    return decision.closed or decision.accused is not None or denounced


def may_report_misconduct(decision: RoutingDecision) -> bool:
    """Return whether the text may report misconduct, so that an officer must read it before any unit may."""
    return decision.doubted or reports_misconduct(decision)


def may_concern_coordinators(decision: RoutingDecision, text: str) -> bool:
    """Return whether a text that mentions the coordinators may report misconduct of theirs.

    True for every complaint and every English text, because the model cannot read English.
    """
    return may_report_misconduct(decision) or decision.kind is PetitionKind.COMPLAINT or is_english(words(text))


def judge_readers(route: Callable[[str], RoutingDecision]) -> tuple[Callable[[str], bool], ...]:
    """Return the three functions that `CoordinatorsJudge` needs to judge texts, in the order of its parameters.

    `route` is called with every text that is judged.
    """
    return (
        lambda text: reports_misconduct(route(text)),
        lambda text: may_concern_coordinators(route(text), text),
        lambda text: may_report_misconduct(route(text)),
    )


def danger_detector(router: Router) -> Callable[[str], bool]:
    """Return a predicate that is True for a text that reports a danger to life or limb."""
    return lambda text: router.route(text).kind is PetitionKind.EMERGENCY


_WORD = re.compile(r"\d+|[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?;\n]")
_TITLES = frozenset({"ong", "ba", "anh", "chi", "co", "chu", "bac"})
_PLACES = frozenset({"nha", "ho", "dinh", "xom", "duong", "pho", "ngo", "ngach", "hem", "truong", "quan"})
"""Words that make a following name, with a title or without, that of a house, a street or a shop."""
_FEWEST_SYLLABLES = 3
"""The fewest syllables of a full name. Shorter names are too often everyday words."""
_MARKED_TITLES = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác"})
"""Titles with marks. Without marks some are everyday words, so these count only in a sentence without any marks."""
_FARTHEST_TITLE = 4
"""The most words from a title to a duty, for a given name and “bên”: “chị Hương bên điều phối”."""
_CALLED = _TITLES | {"em", "sep", "ten", "bo", "vien", "ms", "mr", "mrs"}
"""Words before a given name: titles, ranks, and the ends of “cán bộ” and “nhân viên”."""
_FARTHEST_PHRASE = 3
"""The most words between two phrases of one mention, as “ngồi sau cái” in “cán bộ ngồi sau cái zalo này”."""
_LINKS = frozenset({"o", "la", "lam", "ben", "nha", "ten"})
"""Words that may link a name with a trade, a post, a home or a unit."""


def as_office(
    text: str,
    names: Collection[str],
    duties: Collection[str] = (),
    given: Collection[str] = (),
    others: Collection[str] = (),
) -> str:
    """Return only the sentences that mention one of these officers, with “cán bộ” in place of the mention.

    A mention is one of the full `names`, with diacritics or without, a title with one of the `duties` (“chị Hương bên
    điều phối”), or a title with one of the `given` names. A name beside one of the `others`, such as a trade, is no
    mention (“chị Hương bán rau”).
    """
    found = _sentences(text, names, duties, given, others)
    return ". ".join(read.strip() for sentence, read in found if read != sentence)


def with_office(
    text: str, names: Collection[str], duties: Collection[str], given: Collection[str], others: Collection[str] = ()
) -> str:
    """Return the whole text with “cán bộ” in place of every mention of an officer, as defined in `as_office`."""
    return ". ".join(read.strip() for _, read in _sentences(text, names, duties, given, others))


def with_staff(text: str, superiors: Superiors, instead: str) -> str:
    """Return the text with `instead` in place of every mention of the staff of this petition channel.

    A mention consists of one phrase from each list of a pattern in `superiors.channel`, in order. Between two phrases
    may stand a few words of `superiors.between`, but no comma or full stop. A mention beside another trade, post or
    unit is left unchanged.
    """
    text = normal(text)
    split, pieces, at = words(text), list[str](), 0
    written, others = [word.raw.lower() for word in split], {tuple(item.split()) for item in superiors.others}
    starting: dict[int, list[Hit]] = {}
    for hit in _book(superiors.channel).scan(split):
        starting.setdefault(hit.start, []).append(hit)
    for start in sorted(starting):
        if split[start].start < at:
            continue
        ends = {
            end for pattern in superiors.channel for end in _ends(split, start, starting, pattern, superiors.between)
        }
        if ends and not _is_another(written, start, max(ends), others):
            pieces += [text[at : split[start].start], instead]
            at = split[max(ends) - 1].end
    return "".join([*pieces, text[at:]])


@lru_cache(maxsize=2)
def _book(patterns: tuple[tuple[frozenset[str], ...], ...]) -> PhraseBook:
    return PhraseBook(phrase for pattern in patterns for phrases in pattern for phrase in phrases)


def _ends(
    text: Sequence[Word],
    start: int,
    starting: Mapping[int, Sequence[Hit]],
    pattern: Sequence[frozenset[str]],
    between: Collection[str],
) -> set[int]:
    ends = {start}
    for number, phrases in enumerate(pattern):
        reached, found = ends, set[int]()
        for end in reached:
            for at in range(end, min(end + (_FARTHEST_PHRASE if number else 0) + 1, len(text))):
                if number and text[at].parted:
                    break
                found |= {hit.end for hit in starting.get(at, ()) if hit.phrase in phrases}
                if text[at].folded not in between:
                    break
        ends = found
    return ends


def without(text: str, phrases: Collection[str]) -> str:
    """Return the text without the given phrases, whether they are written with diacritics or without."""
    return _as_office(text, {tuple(fold(phrase).split()) for phrase in phrases}, (), lambda _: False, (), "")


def mentions(text: str, phrases: Collection[str]) -> bool:
    """Return whether one of the phrases is in the text, with diacritics or without."""
    folded = f" {' '.join(fold(word) for word in _WORD.findall(text))} "
    return any(f" {fold(phrase)} " in folded for phrase in phrases)


def _sentences(
    text: str, names: Collection[str], duties: Collection[str], given: Collection[str], others: Collection[str]
) -> list[tuple[str, str]]:
    """Return every sentence of the text as a pair: the original, and the same with “cán bộ” in place of mentions."""
    wanted = {name for item in names if len(name := tuple(fold(item).split())) >= _FEWEST_SYLLABLES}
    done = {tuple(fold(duty).split()) for duty in duties}
    # Without marks a trade may be another word: “bán” and “bàn”. So marks count where the text has any.
    beside = {tuple((fold(item) if text.isascii() else item).split()) for item in others}
    # A given name may be an everyday word. It counts with a capital, or in a text without capitals and marks.
    plain = text.isascii() and text == text.lower()
    called = {fold(name): spellings(name)[0] for name in given}

    def is_given(raw: str) -> bool:
        key, folded = spellings(raw)
        return called.get(folded) in ({key} if key != folded else called.values()) and (plain or raw[0].isupper())

    return [(sentence, _as_office(sentence, wanted, done, is_given, beside)) for sentence in _SENTENCE.split(text)]


def _as_office(
    text: str,
    wanted: Collection[tuple[str, ...]],
    duties: Collection[tuple[str, ...]],
    is_given: Callable[[str], bool],
    others: Collection[tuple[str, ...]],
    office: str = "cán bộ",
) -> str:
    lengths = sorted({1, *(len(name) for name in (*wanted, *duties))}, reverse=True)
    spelled = list(_WORD.finditer(text))
    folded, pieces, end, at = [fold(word[0]) for word in spelled], list[str](), 0, 0
    title, written = -_FARTHEST_TITLE - 1, [word[0].lower() for word in spelled]
    while at < len(spelled):
        phrases = ((number, tuple(folded[at : at + number])) for number in lengths if at + number <= len(spelled))
        length, phrase = next(((n, found) for n, found in phrases if found in wanted or found in duties), (0, ()))
        called = phrase in duties and at - title <= _FARTHEST_TITLE and spelled[title].start() >= end
        titled = at > 0 and folded[at - 1] in _TITLES and spelled[at - 1].start() >= end
        known = not length and at > 0 and folded[at - 1] in _CALLED and is_given(spelled[at][0])
        first = title if called else at - (titled or (known and spelled[at - 1].start() >= end))
        before = folded[first - 1] if first else ""
        meant = known or (length and (called or (phrase in wanted and before not in _PLACES)))
        if meant and not (others and _is_another(written, first, at + max(length, 1), others)):
            pieces += [text[end : spelled[first].start()], office]
            end = spelled[at + max(length, 1) - 1].end()
        if spelled[at][0].lower() in _MARKED_TITLES or (text.isascii() and folded[at] in _TITLES):
            title = at
        at += length or 1
    return "".join([*pieces, text[end:]])


def _is_another(written: Sequence[str], first: int, end: int, others: Collection[tuple[str, ...]]) -> bool:
    lengths = {len(phrase) for phrase in others}
    after = [at for at in (end, end + 1) if at == end or (end < len(written) and fold(written[end]) in _LINKS)]
    before = [at for at in (first, first - 1) if at == first or (0 < at < len(written) and fold(written[at]) in _LINKS)]
    return any(tuple(written[at : at + number]) in others for at in after for number in lengths) or any(
        tuple(written[at - number : at]) in others for at in before for number in lengths if number <= at
    )
