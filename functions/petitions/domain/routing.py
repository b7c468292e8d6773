"""Which unit must handle a petition, why, and whether that is certain enough to act on without a person.

Pure and deterministic: the same text, directory and rules give the same decision. A text is data: what it orders is
not obeyed. Nothing raises on any text, and nothing is dropped: what is not certain is the coordinators'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from petitions.domain.directory import COORDINATORS, OUT_OF_SCOPE, UNKNOWN_WARD, Directory
from petitions.domain.evidence import RuleSet, totals
from petitions.domain.kinds import Facet, Kind, KindGate, Level, Verdict
from petitions.domain.phrases import QUESTION_MARK, PhraseBook, outermost
from petitions.domain.places import Location, PlaceMatch, Places
from petitions.domain.routing_rules import Rule, Rules
from petitions.domain.text import words

WARD = "PX"
MOST_WORDS = 2000
_SHOWN = 3
_KEYWORD = 0.9
_KEYWORD_SINGLE = 0.5
_FULL_WEIGHT = 2.6
_REGULATION_WARD = 0.7
_FALLBACK = ((WARD, 0.3), ("TTPVHCC", 0.2), (COORDINATORS, 0.1), ("SXD", 0.05))


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit (or "OOS", or "PX-?") with its weight and the words that speak for it."""

    code: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a petition goes. `units` is best first and holds at least three; `confidence` is in 0..1.

    `ward` is a code only when it is sure. `handler` is where it goes now: the first unit when `auto`, else the
    coordinators.
    """

    units: tuple[RankedUnit, ...]
    kind: Kind
    facet: Facet
    level: Level
    place: PlaceMatch
    confidence: float
    auto: bool
    why: tuple[str, ...]
    directory_version: str
    rules_version: str

    @property
    def top(self) -> tuple[str, ...]:
        """The codes of the first three."""
        return tuple(unit.code for unit in self.units[:_SHOWN])

    @property
    def ward(self) -> str | None:
        """The ward, when it is sure."""
        return self.place.ward if self.place.sure else None

    @property
    def handler(self) -> str:
        """The unit whose queue it enters; guidance and unknown wards are a coordinator's to see first."""
        first = self.units[0].code
        return first if self.auto and first not in (OUT_OF_SCOPE, UNKNOWN_WARD) else COORDINATORS


class Router:
    """A directory and rules, compiled; make one and keep it."""

    def __init__(self, directory: Directory, rules: Rules) -> None:
        """Compile tries and indexes (some tens of milliseconds)."""
        self._directory = directory
        self._rules = rules
        self._places = Places(directory, rules.elsewhere, rules.spellings)
        self._units = RuleSet([*rules.units, *_keyword_rules(directory)])
        self._book = PhraseBook([*self._units.phrases, *rules.ignore])
        self._masks = self._units.said | frozenset(rules.ignore)
        self._gate = KindGate(rules)

    def route(self, text: str, address: str | None = None, location: Location | None = None) -> Decision:
        """The decision on one petition."""
        said = words(text, self._rules.spellings)[:MOST_WORDS]
        place = self._places.find_words(said, words(address or "", self._rules.spellings)[:MOST_WORDS], location)
        weights = totals(self._units.fire(outermost(self._book.scan(said), self._masks)))
        verdict = self._gate.judge(said, text, claimed=max((w for w, _ in weights.values()), default=0.0))
        ranked = self._inherited(self._rank(weights, place, verdict))
        confidence = _confidence(ranked, place, verdict)
        ward_open = ranked[0].code == UNKNOWN_WARD or (ranked[0].code.startswith(WARD) and not place.sure)
        why = dict.fromkeys((*verdict.words, *ranked[0].words, *place.why))
        return Decision(
            units=ranked,
            kind=verdict.kind,
            facet=verdict.facet,
            level=verdict.level,
            place=place,
            confidence=confidence,
            auto=confidence >= self._rules.auto_threshold and not ward_open,
            why=tuple(word for word in why if word != QUESTION_MARK),
            directory_version=self._directory.version,
            rules_version=self._rules.version,
        )

    def _inherited(self, ranked: tuple[RankedUnit, ...]) -> tuple[RankedUnit, ...]:
        """The rules may still speak of units that a merger has ended: what speaks for them speaks for their heir."""
        if not self._directory.ended:
            return ranked
        found: dict[str, RankedUnit] = {}
        for row in ranked:
            code = self._directory.heir(row.code)
            known = found.get(code, RankedUnit(code, 0.0, ()))
            said = tuple(dict.fromkeys((*known.words, *row.words)))
            found[code] = RankedUnit(code, round(known.score + row.score, 3), said)
        return tuple(sorted(found.values(), key=lambda row: (-row.score, row.code)))

    def _rank(
        self, weights: dict[str, tuple[float, tuple[str, ...]]], place: PlaceMatch, verdict: Verdict
    ) -> tuple[RankedUnit, ...]:
        found = dict(weights)
        if verdict.kind is Kind.REGULATION and WARD in found and verdict.facet is not Facet.OTHER:
            weight, said = found[WARD]
            found[WARD] = (weight * _REGULATION_WARD, said)
        best = max((weight for weight, _ in found.values()), default=0.0)
        if place.outside or verdict.guidance:
            said = place.why if place.outside else verdict.words
            found[OUT_OF_SCOPE] = (max(best, _FULL_WEIGHT) * 2, said)
        if verdict.kind is Kind.EMERGENCY:
            for step, code in enumerate(self._rules.emergency_units):
                found[code] = (max(best, _FULL_WEIGHT) * (2 - 0.1 * step), verdict.words)
        for code, weight in _FALLBACK:
            found.setdefault(code, (weight, ()))
        ward_weight, ward_words = found.pop(WARD)
        if place.sure and WARD in weights:
            ward_weight += 0.4
        rows = [RankedUnit(code, round(weight, 3), said) for code, (weight, said) in found.items()]
        rows += _ward_rows(ward_weight, ward_words, place)
        return tuple(sorted(rows, key=lambda row: (-row.score, row.code)))


def _keyword_rules(directory: Directory) -> Iterable[Rule]:
    """The directory's own keywords and names as weak rules; a keyword that several units claim counts for each less."""
    claims: dict[str, list[str]] = {}
    for unit in directory.units:
        if unit.code in (OUT_OF_SCOPE, UNKNOWN_WARD):
            continue
        for phrase in (*unit.keywords, unit.name, *unit.aliases):
            claims.setdefault(phrase.lower(), []).append(unit.code)
    for phrase in directory.ward_keywords:
        claims.setdefault(phrase.lower(), []).append(WARD)
    for phrase, codes in claims.items():
        weight = (_KEYWORD if " " in phrase else _KEYWORD_SINGLE) / len(codes)
        yield Rule(dict.fromkeys(codes, weight), frozenset({phrase}), frozenset(), frozenset())


def _ward_rows(weight: float, said: tuple[str, ...], place: PlaceMatch) -> list[RankedUnit]:
    """The ward's weight shared out: to the ward when it is known, else first to the question which one it is."""
    said = tuple(dict.fromkeys((*said, *place.why)))
    named = place.wards[:_SHOWN]
    if place.sure:
        return [RankedUnit(named[0].code, round(weight, 3), said)]
    steps = (0.8, 0.75, 0.7) if place.doubt else (1.0, 0.85, 0.8)
    rows = [
        RankedUnit(candidate.code, round(weight * step, 3), said) for candidate, step in zip(named, steps, strict=False)
    ]
    ask = 1.0 if place.doubt or not named else 0.9
    return [*rows, RankedUnit(UNKNOWN_WARD, round(weight * ask, 3), said)]


def _confidence(ranked: tuple[RankedUnit, ...], place: PlaceMatch, verdict: Verdict) -> float:
    first = ranked[0]
    if place.outside or verdict.guidance:
        return round(min(1.0, 0.7 + 0.15 * verdict.strength), 3)
    is_ward = first.code.startswith(WARD)
    rival = next((row.score for row in ranked[1:] if not (is_ward and row.code.startswith(WARD))), 0.0)
    margin = (first.score - rival) / first.score if first.score > 0 else 0.0
    return round(min(1.0, first.score / _FULL_WEIGHT) * (0.5 + 0.5 * margin), 3)


@lru_cache(maxsize=4)
def _compiled(directory: Directory, rules: Rules) -> Router:
    return Router(directory, rules)


def route(text: str, address: str | None, location: Location | None, directory: Directory, rules: Rules) -> Decision:
    """The decision on one petition under a directory and rules; what they compile to is kept for the next."""
    return _compiled(directory, rules).route(text, address, location)
