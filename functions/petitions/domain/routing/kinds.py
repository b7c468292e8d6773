"""What a text is, before anybody asks whose it is: an emergency, a complaint, spam, a question, or a petition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitions.domain.language.phrases import QUESTION_MARK, Hit, denied, outermost
from petitions.domain.language.words import Word
from petitions.domain.routing.evidence import RuleSet, sums
from petitions.domain.routing.routing_rules import Rules

CIVIL = "civil"
"""A quarrel between citizens: a class of the rules and of the model, answered as a question with guidance."""

GUIDED = ("khan_cap", "spam", "out_of_scope_to_cao", "out_of_scope_khieu_nai", CIVIL)
"""The classes that are answered by words, not by a unit."""

_GREETING_WORDS = 4
_CLAIM = 1.0
_NAMED = 1.0
_ALARM, _ALARM_NAMED = 0.20, 0.08


class Kind(StrEnum):
    """The kinds that the conversation and the reports tell apart."""

    CONDUCT = "phan_anh_hanh_vi"
    REGULATION = "kien_nghi_quy_dinh"
    COMPLAINT = "out_of_scope_khieu_nai"
    DENUNCIATION = "out_of_scope_to_cao"
    EMERGENCY = "khan_cap"
    SPAM = "spam"
    QUESTION = "question"


class Level(StrEnum):
    """How pressing or involved a petition is; it sets the deadlines."""

    NORMAL = "normal"
    COMPLEX = "complex"
    URGENT = "urgent"


class Facet(StrEnum):
    """The finer class: field reports get a hint to the city's app (LAW 6.6), legal documents another clock.

    Conduct and content are handled by different rules (LAW 1.2).
    """

    FIELD = "field"
    CONDUCT = "conduct"
    CONTENT = "content"
    BOTH = "both"
    LEGAL_DOCUMENT = "legal_document"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the kind rules found: `weights` and `words` by class (a kind or `CIVIL`), and the `facts` of the facets."""

    weights: Mapping[str, float]
    words: Mapping[str, tuple[str, ...]]
    facts: frozenset[str]
    wordless: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind with the words that say so; `guidance`: answered by words, not by a unit."""

    kind: Kind
    facet: Facet
    level: Level
    guidance: bool
    words: tuple[str, ...]


class KindGate:
    """The kind rules of one version of the rules."""

    def __init__(self, rules: Rules) -> None:
        """Compile."""
        self._kinds = RuleSet(rules.kinds)
        self._facets = RuleSet(rules.facets)
        self._masks = frozenset(rules.ignore)
        self._negations = frozenset(rules.negations)
        self._own = self._kinds.phrases | self._facets.phrases | self._masks
        self.phrases = self._own | self._negations

    def find(self, text: Sequence[Word], raw: str, scanned: Sequence[Hit], *, claimed: float) -> Findings:
        """What the rules say; `scanned` are the hits of `phrases`, `claimed` is the weight of what speaks for any unit.

        An order to the machine or a greeting beside something that a unit is asked for is no spam.
        """
        hits = outermost([hit for hit in scanned if hit.phrase in self._own], self._masks)
        refused = {id(hit) for hit in denied(hits, [hit for hit in scanned if hit.phrase in self._negations])}
        standing = [hit for hit in hits if id(hit) not in refused]
        if "?" in raw:
            standing.append(Hit(QUESTION_MARK, len(text), len(text)))
        said = dict(sums(self._kinds.fire(standing)))
        for name, most_words in (("injection", len(text)), ("greeting", _GREETING_WORDS)):
            weight, words = said.pop(name, (0.0, ()))
            if weight and claimed < _CLAIM and len(text) <= most_words:
                said[Kind.SPAM] = (said.get(Kind.SPAM, (0.0, ()))[0] + weight, words)
        return Findings(
            weights={name: min(weight, 2.0) for name, (weight, _) in said.items()},
            words={name: words for name, (_, words) in said.items()},
            facts=frozenset(item.code for item in self._facets.fire(standing)),
            wordless=not any(word.folded.isalpha() for word in text),
        )


def judge(found: Findings, shares: Mapping[str, float]) -> Verdict:
    """The verdict from the rules and the model's share of each class.

    An emergency needs less than any other class, and less still where a rule names the danger: one that is missed
    costs a life and a false one a question.
    """
    name = _class(found, shares)
    kind = Kind.QUESTION if name == CIVIL else Kind(name)
    facts = set(found.facts)
    return Verdict(kind, _facet(kind, facts), _level(kind, facts), name in GUIDED, found.words.get(name, ()))


def _class(found: Findings, shares: Mapping[str, float]) -> str:
    if found.wordless:
        return Kind.SPAM
    named = found.weights.get(Kind.EMERGENCY, 0.0) >= _NAMED
    if shares.get(Kind.EMERGENCY, 0.0) >= (_ALARM_NAMED if named else _ALARM):
        return Kind.EMERGENCY
    guided = {name: share for name, share in shares.items() if name in GUIDED}
    others = {name: share for name, share in shares.items() if name not in GUIDED}
    among = guided if sum(guided.values()) > sum(others.values()) else others
    return max(among, key=lambda name: among[name])


def _facet(kind: Kind, facts: set[str]) -> Facet:
    if kind is Kind.REGULATION:
        if Facet.LEGAL_DOCUMENT in facts:
            return Facet.LEGAL_DOCUMENT
        return Facet.BOTH if Facet.CONDUCT in facts else Facet.CONTENT
    if Facet.CONDUCT in facts:
        return Facet.CONDUCT
    return Facet.FIELD if Facet.FIELD in facts else Facet.OTHER


def _level(kind: Kind, facts: set[str]) -> Level:
    if kind is Kind.EMERGENCY or Level.URGENT in facts:
        return Level.URGENT
    return Level.COMPLEX if Level.COMPLEX in facts else Level.NORMAL
