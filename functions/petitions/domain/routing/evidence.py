"""Evidence of the rules in a text: which rules fire, on which words, and their sum."""

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
    """Support for a code."""

    code: str
    weight: float
    words: tuple[str, ...]
    """The words that give it."""


class RoutingRuleSet:
    """Rules indexed by their phrases, so that a text touches only those that it can fire."""

    def __init__(self, rules: Iterable[RoutingRule]) -> None:
        """Index the rules."""
        self._by_phrase: dict[str, list[RoutingRule]] = defaultdict(list)
        self.phrases: set[str] = set()
        """All phrases that the rules look for."""
        self.said: set[str] = set()
        """The phrases that can fire a rule."""
        for rule in rules:
            for phrase in rule.any:
                self._by_phrase[phrase].append(rule)
            self.said |= rule.any
            self.phrases |= rule.any | rule.with_ | rule.without

    def fire(self, hits: Sequence[Hit]) -> list[Evidence]:
        """Return the evidence of all rules that fire on these hits."""
        there = {hit.phrase for hit in hits}
        strong = {hit.phrase for hit in hits if not hit.faint}
        touched = {id(rule): rule for phrase in there for rule in self._by_phrase.get(phrase, ())}
        found: list[Evidence] = []
        for rule in touched.values():
            if rule.without & there or (rule.with_ and not rule.with_ & there):
                continue
            said = sorted(rule.any & there, key=lambda phrase: (-len(phrase), phrase))
            if rule.with_ and not (rule.with_ & there) - {said[0]}:
                continue
            factor = 1 + _MORE_WORDS * min(_MOST_MORE_WORDS, len(said) - 1)
            if not rule.any & strong:
                factor *= _FAINT
            also = sorted(rule.with_ & there, key=lambda phrase: (-len(phrase), phrase))[:1]
            words = (*said[:2], *also)
            found += [Evidence(code, weight * factor, words) for code, weight in rule.gives.items()]
        return found


def totals(evidence: Iterable[Evidence]) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return weight and words by code; of several rules for one code, every further one counts for less.

    A rule that fires on words that have already counted adds nothing.
    """
    by_code: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        by_code[item.code].append(item)
    result: dict[str, tuple[float, tuple[str, ...]]] = {}
    for code, items in by_code.items():
        items.sort(key=lambda item: (-item.weight, item.words))
        heard: dict[str, None] = {}
        weight, factor = 0.0, 1.0
        for item in items:
            if all(word in heard for word in item.words):
                continue
            heard.update(dict.fromkeys(item.words))
            weight += item.weight * factor
            factor *= _NEXT_RULE
        result[code] = (weight, tuple(heard))
    return result


def sums(evidence: Iterable[Evidence]) -> Mapping[str, tuple[float, tuple[str, ...]]]:
    """Return plain sums by code, with the words."""
    result: dict[str, tuple[float, tuple[str, ...]]] = {}
    for item in evidence:
        weight, words = result.get(item.code, (0.0, ()))
        result[item.code] = (weight + item.weight, tuple(dict.fromkeys((*words, *item.words))))
    return result
