"""Evidence of the routing rules for a text: the rules that match, their phrases, and the sums of their weights.

A rule fires if its phrases are in the text. It then adds its weights to its units, kinds or facets (finer classes).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from petitions.domain.language.phrases import Hit
from petitions.domain.routing.routing_rules import RoutingRule

_MORE_WORDS = 0.2
_MOST_MORE_WORDS = 2
_FAINT = 0.5
_NEXT_RULE = 0.55


@dataclass(frozen=True, slots=True)
class Evidence:
    """The weight that one rule gives to a unit, a kind or a facet."""

    code: str
    weight: float
    words: tuple[str, ...]
    """The phrases in the text for which the rule fired."""


class RoutingRuleSet:
    """Rules indexed by their phrases, so that only the rules with a phrase in the text are checked."""

    def __init__(self, rules: Iterable[RoutingRule]) -> None:
        self._by_phrase: dict[str, list[RoutingRule]] = defaultdict(list)
        self.phrases: set[str] = set()
        """All phrases of the rules."""
        self.firing: set[str] = set()
        """The phrases that can fire a rule."""
        for rule in rules:
            for phrase in rule.any:
                self._by_phrase[phrase].append(rule)
            self.firing |= rule.any
            self.phrases |= rule.any | rule.with_ | rule.without

    def fire(self, hits: Sequence[Hit]) -> list[Evidence]:
        """Return the evidence of all rules that fire, given the phrases found in a text.

        More phrases of one rule raise its weight a little. A rule found only in single syllables written without their
        diacritics gets half its weight.
        """
        there = {hit.phrase for hit in hits}
        strong = {hit.phrase for hit in hits if not hit.faint}
        touched = {id(rule): rule for phrase in there for rule in self._by_phrase.get(phrase, ())}
        found: list[Evidence] = []
        for rule in touched.values():
            if rule.without & there or (rule.with_ and not rule.with_ & there):
                continue
            fired_by = sorted(rule.any & there, key=lambda phrase: (-len(phrase), phrase))
            if rule.with_ and not (rule.with_ & there) - {fired_by[0]}:
                continue
            factor = 1 + _MORE_WORDS * min(_MOST_MORE_WORDS, len(fired_by) - 1)
            if not rule.any & strong:
                factor *= _FAINT
            also = sorted(rule.with_ & there, key=lambda phrase: (-len(phrase), phrase))[:1]
            words = (*fired_by[:2], *also)
            found += [Evidence(code, weight * factor, words) for code, weight in rule.gives.items()]
        return found


def totals(evidence: Iterable[Evidence]) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return, by code, the total weight of all evidence and the phrases that caused it.

    Further rules for the same code add only a part of their weight. A rule whose phrases have all counted before adds
    nothing.
    """
    by_code: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        by_code[item.code].append(item)
    result: dict[str, tuple[float, tuple[str, ...]]] = {}
    for code, items in by_code.items():
        items.sort(key=lambda item: (-item.weight, item.words))
        counted: dict[str, None] = {}
        weight, factor = 0.0, 1.0
        for item in items:
            if all(word in counted for word in item.words):
                continue
            counted.update(dict.fromkeys(item.words))
            weight += item.weight * factor
            factor *= _NEXT_RULE
        result[code] = (weight, tuple(counted))
    return result


def sums(evidence: Iterable[Evidence]) -> Mapping[str, tuple[float, tuple[str, ...]]]:
    """Return, by code, the plain sum of all weights and the phrases that caused it."""
    result: dict[str, tuple[float, tuple[str, ...]]] = {}
    for item in evidence:
        weight, words = result.get(item.code, (0.0, ()))
        result[item.code] = (weight + item.weight, tuple(dict.fromkeys((*words, *item.words))))
    return result
