"""Concepts in a text as features for the model: a danger, a person, the present or the past, a proposal.

No concept decides anything alone. The model weighs combinations, such as a person and the present without "last year",
"we propose" or "for fear of" nearby. So it recognises dangers in words that no rule lists.
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
    """The concepts found in a text."""

    grams: Mapping[str, float]
    """The features for the model that the concepts give."""
    words: Mapping[str, str]
    """The phrase in the text that gave the feature, by feature."""


def concepts(hits: Iterable[Hit], names: Mapping[str, tuple[str, ...]]) -> Concepts:
    """Return the concepts of the phrases found in a text. `names` maps a phrase to its concepts.

    A concept found only in single syllables without diacritics ("chay" for "cháy") gets a feature of its own that ends
    in "?".
    """
    faint: dict[str, bool] = {}
    longest: dict[str, str] = {}
    for hit in hits:
        for name in names.get(hit.phrase, ()):
            faint[name] = faint.get(name, True) and hit.faint
            longest[name] = max(longest.get(name, ""), hit.phrase, key=len)
    words = {f"#{name}?" if bare else f"#{name}": longest[name] for name, bare in faint.items()}
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
