"""Concepts in a text, whatever its words: a danger, a person, the present or the past, a proposal, an advertisement.

A concept decides nothing by itself. The model weighs which of them occur together, so that it recognises a danger in
words that no rule knows: somebody, now, and no "last year", "we propose" or "for fear of" around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from petitions.domain.language.phrases import Hit

_WEIGHT = 0.5
_DANGERS = frozenset(
    (
        *("fire", "gas", "water", "power", "collapse", "trapped", "accident", "body", "corpse"),
        *("suicide", "violence", "assault", "abduct", "lost", "robbery"),
    )
)
_FRAMES = ("present", "past", "habit", "proposal", "fear", "rescue", "person", "office")
_AT_STAKE = ("present", "rescue", "person")
_TAKE_BACK = frozenset(("past", "habit", "proposal", "fear"))


@dataclass(frozen=True, slots=True)
class Concepts:
    """The concepts of a text."""

    grams: Mapping[str, float]
    """Features for the model."""
    words: Mapping[str, str]
    """The phrase that a gram came from."""


def concepts(hits: Iterable[Hit], names: Mapping[str, tuple[str, ...]]) -> Concepts:
    """Return the concepts of the hits; `names` maps a phrase to its concepts.

    A concept supported only by bare syllables of many meanings ("chay") becomes a different gram from a sure one.
    """
    faint: dict[str, bool] = {}
    said: dict[str, str] = {}
    for hit in hits:
        for name in names.get(hit.phrase, ()):
            faint[name] = faint.get(name, True) and hit.faint
            said[name] = max(said.get(name, ""), hit.phrase, key=len)
    words = {f"#{name}?" if bare else f"#{name}": said[name] for name, bare in faint.items()}
    shown = list(words)
    dangers = [name for name in faint if name in _DANGERS]
    if dangers:
        shown.append("#danger?" if all(faint[name] for name in dangers) else "#danger")
        shown += [f"#danger {name}" for name in _FRAMES if name in faint]
        if len(dangers) > 1:
            shown.append("#dangers")
        if _TAKE_BACK.isdisjoint(faint):
            shown.append("#danger bare")
            shown += [f"#danger bare {name}" for name in _AT_STAKE if name in faint]
    return Concepts(dict.fromkeys(shown, _WEIGHT), words)
