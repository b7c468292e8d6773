"""What a text is, before anybody asks whose it is: an emergency, a complaint, spam, a question, or a petition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petitions.domain.evidence import RuleSet, sums
from petitions.domain.phrases import QUESTION_MARK, Hit, PhraseBook, denied, outermost
from petitions.domain.routing_rules import Rules
from petitions.domain.text import Word

_GREETING_WORDS = 4
_PETITION = 0.7
_CLAIM = 1.0


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
    """The finer class: field reports get a hint to the city's app, legal documents another clock."""

    FIELD = "field"
    CONDUCT = "conduct"
    CONTENT = "content"
    BOTH = "both"
    LEGAL_DOCUMENT = "legal_document"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind with the words that say so; `guidance`: answered by words, not by a unit."""

    kind: Kind
    facet: Facet
    level: Level
    guidance: bool
    strength: float
    words: tuple[str, ...]


class KindGate:
    """The kind rules of one version of the rules."""

    def __init__(self, rules: Rules) -> None:
        """Compile."""
        self._kinds = RuleSet(rules.kinds)
        self._facets = RuleSet(rules.facets)
        self._masks = frozenset(rules.ignore)
        self._book = PhraseBook([*self._kinds.phrases, *self._facets.phrases, *rules.ignore])
        self._negations = PhraseBook(rules.negations)

    def judge(self, text: Sequence[Word], raw: str, *, claimed: float) -> Verdict:
        """The verdict on a text; `claimed` is the weight of what speaks for any unit."""
        hits = outermost(self._book.scan(text), self._masks)
        refused = {id(hit) for hit in denied(hits, self._negations.scan(text))}
        standing = [hit for hit in hits if id(hit) not in refused]
        if "?" in raw:
            standing.append(Hit(QUESTION_MARK, len(text), len(text)))
        said = sums(self._kinds.fire(standing))
        kind, guidance, strength, words = _choose(said, text, claimed=claimed)
        facts = {item.code for item in self._facets.fire(standing)}
        return Verdict(kind, _facet(kind, facts), _level(kind, facts), guidance, strength, words)


def _choose(
    said: Mapping[str, tuple[float, tuple[str, ...]]], text: Sequence[Word], *, claimed: float
) -> tuple[Kind, bool, float, tuple[str, ...]]:
    def weight(code: str) -> float:
        return said.get(code, (0.0, ()))[0]

    if not any(word.folded.isalpha() for word in text):
        return Kind.SPAM, True, 1.0, ()
    for kind in (Kind.EMERGENCY, Kind.SPAM, Kind.DENUNCIATION, Kind.COMPLAINT):
        if weight(kind) >= 1:
            return kind, True, weight(kind), said[kind][1]
    if weight("injection") >= 1 and claimed < _CLAIM:
        return Kind.SPAM, True, 1.0, said["injection"][1]
    if weight("greeting") and len(text) <= _GREETING_WORDS and claimed < _CLAIM:
        return Kind.SPAM, True, 1.0, said["greeting"][1]
    if weight("civil") >= 1:
        return Kind.QUESTION, True, weight("civil"), said["civil"][1]
    petition = _PETITION + weight(Kind.CONDUCT)
    best = max((Kind.QUESTION, Kind.REGULATION), key=weight)
    if weight(best) > (petition if best is Kind.REGULATION else min(petition, 1.0) - 0.01):
        return best, False, weight(best), said[best][1]
    return Kind.CONDUCT, False, petition, ()


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
