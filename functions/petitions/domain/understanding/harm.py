"""The choice of a dialog act that is expected to hurt least, and when a question back hurts less than any.

A wrong reading costs 1: the citizen says it again. How much more it hurts to take one act for another is declared with
the model, by the situations alike: the share of authors who said that the choice would hurt somebody who meant that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.understanding.acts import DialogAct as Act

Harm = Mapping[str, Mapping[str, float]]
"""By the act meant and the act taken, from 0 to 1, how surely the choice hurts; what is not there does not."""

WRONG = 1.0
HURT = 3.0
"""The cost of a choice that surely hurts, beyond that of a wrong one."""
QUESTION = 0.7
"""The cost of a short question."""

MOST_RANKED = 4
_FAINT = 0.005
_ASKS_ITSELF = frozenset({Act.UNCLEAR, Act.NOTHING, Act.VENT, Act.ERASE, Act.WITHDRAW})
"""After these nothing happens before the citizen has confirmed it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The act taken, or the question to ask instead."""

    act: Act
    asks: bool
    """Whether the bot asks what was meant."""
    likely: tuple[tuple[Act, float], ...]
    """The likeliest acts with their probability, the likeliest first."""


def choose(likely: Mapping[Act, float], harm: Harm) -> Choice:
    """Return the choice with the least expected cost, given the probability of each act."""
    weighed = [(act, share) for act, share in likely.items() if share > _FAINT]
    expected = {
        taken: sum(
            share * (WRONG + HURT * harm.get(meant, {}).get(taken, 0.0))
            for meant, share in weighed
            if meant is not taken
        )
        for taken, _ in weighed
    }
    best = min(expected, key=lambda act: expected[act])
    ranked = tuple(sorted(weighed, key=lambda pair: -pair[1])[:MOST_RANKED])
    return Choice(best, best not in _ASKS_ITSELF and expected[best] > QUESTION, ranked)
