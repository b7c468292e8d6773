"""The kind of a text, decided before its unit: an emergency, a complaint, spam, a question or a petition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitions.domain.language.phrases import QUESTION_MARK, Hit, denied, outermost
from petitions.domain.language.words import Word
from petitions.domain.lifecycle.states import Level
from petitions.domain.routing.evidence import RoutingRuleSet, sums
from petitions.domain.routing.routing_rules import RoutingRules

CIVIL = "civil"
"""A quarrel between citizens. It is a class of the rules and the model, and is answered with guidance."""

GUIDED = ("khan_cap", "spam", "out_of_scope_to_cao", "out_of_scope_khieu_nai", CIVIL)
"""The classes that are answered with guidance, not by a unit."""

_GREETING_WORDS = 4
_CLAIM = 1.0
_NAMED = 1.0
_ALARM, _ALARM_NAMED = 0.20, 0.08


class PetitionKind(StrEnum):
    """The kinds of text that the conversation and the reports distinguish."""

    CONDUCT = "phan_anh_hanh_vi"
    REGULATION = "kien_nghi_quy_dinh"
    COMPLAINT = "out_of_scope_khieu_nai"
    DENUNCIATION = "out_of_scope_to_cao"
    EMERGENCY = "khan_cap"
    SPAM = "spam"
    QUESTION = "question"


class PetitionFacet(StrEnum):
    """The finer class of a text.

    Field reports get a hint at the city's app (LAW 6.6), quarrels between citizens a hint at mediation. Legal documents
    have other deadlines. Conduct and content are handled by different rules (LAW 1.2).
    """

    FIELD = "field"
    CONDUCT = "conduct"
    CONTENT = "content"
    BOTH = "both"
    LEGAL_DOCUMENT = "legal_document"
    CIVIL = "civil"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class KindFindings:
    """The findings of the rules about the kind of a text."""

    weights: Mapping[str, float]
    """The weight by class, which is a kind or `CIVIL`."""
    words: Mapping[str, tuple[str, ...]]
    """The phrases behind the weights, by class."""
    facts: frozenset[str]
    """The facets and levels found."""
    wordless: bool
    """Whether the text has no letters at all."""


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """The kind of a text, with its facet and its level."""

    kind: PetitionKind
    facet: PetitionFacet
    level: Level
    guidance: bool
    """Whether the text is answered with guidance, not by a unit."""
    words: tuple[str, ...]
    """The phrases in the text that show the kind."""


class KindClassifier:
    """The rules about kinds of text, in compiled form."""

    def __init__(self, rules: RoutingRules) -> None:
        self._kinds = RoutingRuleSet(rules.kinds)
        self._facets = RoutingRuleSet(rules.facets)
        self._masks = frozenset(rules.ignore)
        self._negations = frozenset(rules.negations)
        self._own = self._kinds.phrases | self._facets.phrases | self._masks
        self.phrases = self._own | self._negations

    def find(self, text: Sequence[Word], raw: str, scanned: Sequence[Hit], *, claimed: float) -> KindFindings:
        """Return the findings of the rules about the kind of a text.

        `scanned` are the phrases found in the text, and `claimed` is the highest weight of a unit. An order to the
        software or a greeting counts as spam only if the text asks no unit for anything.
        """
        hits = outermost([hit for hit in scanned if hit.phrase in self._own], self._masks)
        refused = {id(hit) for hit in denied(hits, [hit for hit in scanned if hit.phrase in self._negations])}
        standing = [hit for hit in hits if id(hit) not in refused]
        if "?" in raw:
            standing.append(Hit(QUESTION_MARK, len(text), len(text)))
        found = dict(sums(self._kinds.fire(standing)))
        for name, most_words in (("injection", len(text)), ("greeting", _GREETING_WORDS)):
            weight, words = found.pop(name, (0.0, ()))
            if weight and claimed < _CLAIM and len(text) <= most_words:
                found[PetitionKind.SPAM] = (found.get(PetitionKind.SPAM, (0.0, ()))[0] + weight, words)
        return KindFindings(
            weights={name: min(weight, 2.0) for name, (weight, _) in found.items()},
            words={name: words for name, (_, words) in found.items()},
            facts=frozenset(item.code for item in self._facets.fire(standing)),
            wordless=not any(word.folded.isalpha() for word in text),
        )


def judge_kind(found: KindFindings, shares: Mapping[str, float]) -> KindVerdict:
    """Return the kind from the findings of the rules and the model's probabilities by class.

    An emergency needs a lower probability than any other class, and a still lower one if a rule found the danger,
    because a missed emergency may cost a life and a false alarm costs one question.
    """
    name = _class(found, shares)
    kind = PetitionKind.QUESTION if name == CIVIL else PetitionKind(name)
    facts = set(found.facts)
    return KindVerdict(kind, _facet(name, facts), _level(kind, facts), name in GUIDED, found.words.get(name, ()))


def _class(found: KindFindings, shares: Mapping[str, float]) -> str:
    if found.wordless:
        return PetitionKind.SPAM
    named = found.weights.get(PetitionKind.EMERGENCY, 0.0) >= _NAMED
    if shares.get(PetitionKind.EMERGENCY, 0.0) >= (_ALARM_NAMED if named else _ALARM):
        return PetitionKind.EMERGENCY
    guided = {name: share for name, share in shares.items() if name in GUIDED}
    others = {name: share for name, share in shares.items() if name not in GUIDED}
    among = guided if sum(guided.values()) > sum(others.values()) else others
    return max(among, key=lambda name: among[name])


def _facet(name: str, facts: set[str]) -> PetitionFacet:
    if name == PetitionKind.REGULATION:
        if PetitionFacet.LEGAL_DOCUMENT in facts:
            return PetitionFacet.LEGAL_DOCUMENT
        return PetitionFacet.BOTH if PetitionFacet.CONDUCT in facts else PetitionFacet.CONTENT
    if PetitionFacet.CONDUCT in facts:
        return PetitionFacet.CONDUCT
    if name == CIVIL:
        return PetitionFacet.CIVIL
    return PetitionFacet.FIELD if PetitionFacet.FIELD in facts else PetitionFacet.OTHER


def _level(kind: PetitionKind, facts: set[str]) -> Level:
    if kind is PetitionKind.EMERGENCY or Level.URGENT in facts:
        return Level.URGENT
    return Level.COMPLEX if Level.COMPLEX in facts else Level.NORMAL
