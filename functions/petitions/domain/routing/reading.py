"""Analyse a petition for the routing decision: its words, its place, the findings of the rules, and its n-grams."""

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
from petitions.domain.routing.linear_model import marked_ngrams, ngrams, tokens
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
    """The findings in a petition's text, from which the routing decides."""

    text: Sequence[Word] = field(repr=False)
    """The words of the petition, at most MOST_READ_WORDS."""
    place: PlaceMatch
    evidence: Sequence[Evidence]
    weights: Mapping[str, float]
    """The weight of every unit by the unit rules. "PX" is the ward concerned."""
    words: Mapping[str, tuple[str, ...]]
    """The phrases in the text behind the weights of the units."""
    kinds: KindFindings
    conduct: Mapping[str, tuple[str, ...]]
    """The offices whose conduct is at issue, in the order of the rules, with the phrases behind them (see
    superiors.py).
    """
    hints: tuple[str, ...]
    """The phrases that hint at misconduct. A person must decide whether misconduct is meant."""
    ward_field: str | None
    """The field of administration that determines a ward's superior, or None if no phrase shows it."""
    grams: Mapping[str, float] = field(repr=False)
    marked: Mapping[str, float] = field(repr=False)
    """The features of `linear_model.marked_ngrams`."""
    meant: Mapping[str, str]
    """The phrase behind a concept among the `grams`, by concept."""


class PetitionReader:
    """An analyser of petitions for one directory and one version of the rules, in compiled form."""

    def __init__(self, directory: Directory, rules: RoutingRules, boundaries: Boundaries | None = None) -> None:
        """Compile the directory and the rules, which takes some tens of milliseconds."""
        self._spellings = rules.spellings
        self._places = Places(directory, rules.elsewhere, rules.spellings, rules.landmarks, boundaries)
        self._units = RoutingRuleSet([*rules.units, *_keyword_rules(directory, rules.units)])
        self._own = self._units.phrases | frozenset(rules.ignore)
        self._masks = self._units.firing | frozenset(rules.ignore)
        self._venues = rules.venues
        self._beside = frozenset(rules.beside)
        self._gate = KindClassifier(rules)
        self._conduct_rules = rules.conduct
        self._conduct = RoutingRuleSet(rules.conduct)
        self._hiding = self._conduct.phrases | frozenset(rules.ignore)
        self._hints = RoutingRuleSet(rules.hints)
        self._ward_field_rules = rules.ward_fields
        self._ward_fields = RoutingRuleSet(rules.ward_fields)
        self._concepts = rules.concepts
        self._spoken = frozenset(rules.concepts) | frozenset(rules.ignore)
        phrases = [*self._own, *self._beside, *self._gate.phrases, *self._concepts, *self._hiding]
        self._book = PhraseBook([*phrases, *self._hints.phrases, *self._ward_fields.phrases])

    def read(self, text: str, address: str | None = None, location: Location | None = None) -> PetitionReading:
        """Return the findings in a petition's text. Never raise."""
        split = words(text, self._spellings)[:MOST_READ_WORDS]
        mentions = self._places.mentions(split)
        place = self._places.find_words(
            split, words(address or "", self._spellings)[:MOST_READ_WORDS], location, mentions
        )
        scanned = self._book.scan(split)
        hits = outermost([hit for hit in scanned if hit.phrase in self._own], self._masks)
        marks = [hit for hit in scanned if hit.phrase in self._beside]
        where = {id(hit) for hit in beside(hits, self._venues, marks)}
        evidence = self._units.fire([hit for hit in hits if id(hit) not in where and not _in_a_name(hit, split)])
        found = totals(evidence)
        weights = {code: weight for code, (weight, _) in found.items()}
        claimed = max(weights.values(), default=0.0)
        kinds = self._gate.find(split, text, scanned, claimed=claimed)
        shown = tokens(split, _masked(mentions))
        if claimed < _SILENT:
            shown.append("#silent" if len(split) > _SHORT else "#silent short")
        if _asks(split, text):
            shown.append("#ask")
        if kinds.weights.get(PetitionKind.REGULATION, 0.0) >= _ABOUT_A_RULE:
            shown.append("#rule")
        spoken = outermost([hit for hit in scanned if hit.phrase in self._spoken], self._spoken)
        spoken_of = concepts(spoken, self._concepts)
        return PetitionReading(
            text=split,
            place=place,
            evidence=evidence,
            weights=weights,
            words={code: phrases for code, (_, phrases) in found.items()},
            kinds=kinds,
            conduct=self._meant_conduct(scanned),
            hints=next((item.words for item in self._hints.fire(scanned)), ()),
            ward_field=self._ward_field(scanned),
            grams=ngrams(shown) | dict(spoken_of.grams),
            marked=marked_ngrams(split),
            meant=spoken_of.words,
        )

    def _meant_conduct(self, scanned: Sequence[Hit]) -> dict[str, tuple[str, ...]]:
        """Return the offices of the conduct rules that fire, in the order of the rules, with the matched phrases."""
        hits = outermost([hit for hit in scanned if hit.phrase in self._hiding], self._hiding)
        fired = {item.code: item.words for item in self._conduct.fire(hits)}
        return {code: fired[code] for rule in self._conduct_rules for code in rule.gives if code in fired}

    def _ward_field(self, scanned: Sequence[Hit]) -> str | None:
        fired = {item.code for item in self._ward_fields.fire(scanned)}
        return next((name for rule in self._ward_field_rules for name in rule.gives if name in fired), None)


def _in_a_name(hit: Hit, text: Sequence[Word]) -> bool:
    before = text[hit.start - 1] if hit.start else None
    return before is not None and before.raw.lower() in STREET_TYPES and text[hit.start].capital


def _asks(text: Sequence[Word], raw: str) -> bool:
    """Return whether the text is a question, by a question mark or an asking word at its end.

    Polite particles may follow the asking word.
    """
    ends = [word.folded for word in text[-_TAIL:] if word.folded not in _PARTICLES]
    return "?" in raw or bool(ends and ends[-1] in _ASKING)


def _masked(mentions: Iterable[PlaceMention]) -> dict[int, str]:
    """Return a token for the type of every place in the text, and "" for the words of its name, by position.

    The masks keep the model from learning the names of places.
    """
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


def _keyword_rules(directory: Directory, rules: Sequence[RoutingRule]) -> Iterable[RoutingRule]:
    """Yield the directory's keywords and names as weak rules, weaker still if several units have the same one.

    A keyword hides phrases of rules that are parts of it. If such a phrase points mainly to the keyword's unit, the new
    rule gets its weights.
    """
    stronger: dict[str, Mapping[str, float]] = {}
    for rule in rules:
        if not rule.with_:
            stronger |= dict.fromkeys(rule.any, rule.gives)
    names = {name.lower() for unit in directory.units for name in (unit.name, *unit.aliases)}
    weak = names.union(*(rule.any for rule in rules))
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
        gives: Mapping[str, float] = dict.fromkeys(codes, weight)
        if phrase not in weak:
            inner = [stronger[part] for part in _parts(phrase) if part in stronger]
            own = [given for given in inner if max(given, key=lambda code: given[code]) == codes[0]]
            gives = max([gives, *own], key=lambda given: given[codes[0]])
        yield RoutingRule(gives, frozenset({phrase}), frozenset(), frozenset())


def _parts(phrase: str) -> Iterable[str]:
    parts = phrase.split()
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield " ".join(parts[start:end])
