"""Reading of a petition before anything is decided: its words, its place, the rules' findings, its n-grams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from petitions.domain.language.phrases import Hit, PhraseBook, beside, outermost
from petitions.domain.language.words import Word, words
from petitions.domain.petition.petition import Location
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.routing.concepts import concepts
from petitions.domain.routing.evidence import Evidence, RoutingRuleSet, totals
from petitions.domain.routing.gazetteer import MentionWeight, PlaceMention
from petitions.domain.routing.kinds import KindClassifier, KindFindings, PetitionKind
from petitions.domain.routing.linear_model import ngrams, tokens
from petitions.domain.routing.place_words import STREET_TYPES
from petitions.domain.routing.places import PlaceMatch, Places
from petitions.domain.routing.routing_rules import RoutingRule, RoutingRules
from petitions.domain.units.directory import OUT_OF_SCOPE, UNKNOWN_WARD, Directory

WARD = "PX"
MOST_READ_WORDS = 2000
_KEYWORD = 0.9
_KEYWORD_SINGLE = 0.5
_ABOUT_A_RULE = 0.9
_SILENT, _SHORT = 0.5, 6
_TAIL = 6
_PARTICLES = frozenset(
    [
        "a",
        "vay",
        "nhi",
        "mn",
        "ad",
        "oi",
        "ha",
        "the",
        "moi",
        "nguoi",
        "em",
        "anh",
        "chi",
        "cac",
        "bac",
        "admin",
        "nhe",
        "giup",
        "voi",
        "day",
    ]
)
_ASKING = frozenset(["khong", "dau", "gi", "nao", "ai", "chua", "sao", "nhieu", "lau", "ko"])


@dataclass(frozen=True, slots=True)
class PetitionReading:
    """A petition as routing sees it."""

    said: Sequence[Word] = field(repr=False)
    place: PlaceMatch
    evidence: Sequence[Evidence]
    weights: Mapping[str, float]
    """The weights that the unit rules give; "PX" is the ward concerned."""
    words: Mapping[str, tuple[str, ...]]
    """The words behind these weights."""
    kinds: KindFindings
    grams: Mapping[str, float] = field(repr=False)
    meant: Mapping[str, str]
    """The words that the concepts among the `grams` came from."""


class PetitionReader:
    """A directory and rules in compiled form."""

    def __init__(self, directory: Directory, rules: RoutingRules, boundaries: Boundaries | None = None) -> None:
        """Compile tries and indexes (some tens of milliseconds)."""
        self._spellings = rules.spellings
        self._places = Places(directory, rules.elsewhere, rules.spellings, rules.landmarks, boundaries)
        self._units = RoutingRuleSet([*rules.units, *_keyword_rules(directory)])
        self._own = self._units.phrases | frozenset(rules.ignore)
        self._masks = self._units.said | frozenset(rules.ignore)
        self._venues = rules.venues
        self._beside = frozenset(rules.beside)
        self._gate = KindClassifier(rules)
        self._concepts = rules.concepts
        self._spoken = frozenset(rules.concepts) | frozenset(rules.ignore)
        self._book = PhraseBook([*self._own, *self._beside, *self._gate.phrases, *self._concepts])

    def read(self, text: str, address: str | None = None, location: Location | None = None) -> PetitionReading:
        """Return the reading of a petition. Never raises, on any text."""
        said = words(text, self._spellings)[:MOST_READ_WORDS]
        mentions = self._places.mentions(said)
        place = self._places.find_words(
            said, words(address or "", self._spellings)[:MOST_READ_WORDS], location, mentions
        )
        scanned = self._book.scan(said)
        hits = outermost([hit for hit in scanned if hit.phrase in self._own], self._masks)
        marks = [hit for hit in scanned if hit.phrase in self._beside]
        where = {id(hit) for hit in beside(hits, self._venues, marks)}
        evidence = self._units.fire([hit for hit in hits if id(hit) not in where and not _in_a_name(hit, said)])
        found = totals(evidence)
        weights = {code: weight for code, (weight, _) in found.items()}
        claimed = max(weights.values(), default=0.0)
        kinds = self._gate.find(said, text, scanned, claimed=claimed)
        shown = tokens(said, _masked(mentions))
        if claimed < _SILENT:
            shown.append("#silent" if len(said) > _SHORT else "#silent short")
        if _asks(said, text):
            shown.append("#ask")
        if kinds.weights.get(PetitionKind.REGULATION, 0.0) >= _ABOUT_A_RULE:
            shown.append("#rule")
        spoken = outermost([hit for hit in scanned if hit.phrase in self._spoken], self._spoken)
        spoken_of = concepts(spoken, self._concepts)
        return PetitionReading(
            said=said,
            place=place,
            evidence=evidence,
            weights=weights,
            words={code: said_words for code, (_, said_words) in found.items()},
            kinds=kinds,
            grams=ngrams(shown) | dict(spoken_of.grams),
            meant=spoken_of.words,
        )


def _in_a_name(hit: Hit, said: Sequence[Word]) -> bool:
    """Return whether the hit is part of a street's name: "phố Chùa Bộc" is no pagoda."""
    before = said[hit.start - 1] if hit.start else None
    return before is not None and before.raw.lower() in STREET_TYPES and said[hit.start].capital


def _asks(said: Sequence[Word], text: str) -> bool:
    """Return whether the text asks: it has a question mark, or ends with an asking word before polite particles."""
    ends = [word.folded for word in said[-_TAIL:] if word.folded not in _PARTICLES]
    return "?" in text or bool(ends and ends[-1] in _ASKING)


def _masked(mentions: Iterable[PlaceMention]) -> dict[int, str]:
    """Return one token for every place, so that the model does not learn the places' names."""
    shown: dict[int, str] = {}
    for mention in mentions:
        if mention.type == "quận":
            name = "#district"
        elif mention.type == "tỉnh" or {name.kind for name in mention.names} == {"elsewhere"}:
            name = "#province"
        else:
            name = "#ward" if mention.weight == MentionWeight.TYPED else "#place"
        for at in range(mention.start, mention.end):
            shown[at] = ""
        shown[mention.start] = name
    return shown


def _keyword_rules(directory: Directory) -> Iterable[RoutingRule]:
    """Yield the directory's keywords and names as weak rules, weaker still if several units share one."""
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
        yield RoutingRule(dict.fromkeys(codes, weight), frozenset({phrase}), frozenset(), frozenset())
