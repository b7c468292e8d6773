"""Planted faults in dead letters: how they are kept, published again, dismissed and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions import entry
from petitions.usecases.dead_letters import replay_at_the_desk
from petitions.usecases.dead_letters.keep_dead_letter import KeepDeadLetter
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters
from petitions.usecases.figures import rebuild_figures
from tests.fakes import FakePublisher
from tests.simulation.planted.planting import Planted

LETTERS, EVENTS = "every_dead_letter_is_ended_by_a_person", "every_event_is_in_one_place"
FIGURES = "figures_equal_a_recount"
_MEND = rebuild_figures._mend
_REPLAY = ReplayDeadLetters.replay


def _yes(*_: Any) -> bool:
    return True


def _none(*_: Any, **__: Any) -> None:
    return None


def _unpublished(self: ReplayDeadLetters, *given: Any) -> str:
    return _REPLAY(ReplayDeadLetters(self.store, FakePublisher(), self.clock, self.topics), *given)


def _acknowledged(*_: Any) -> tuple[str, int]:
    return "buried\n", 200


def _mended_again(tx: Any, path: str, part: Any, mends: int) -> None:
    """Add a correction even if another operator has corrected the total since it was counted."""
    stored = tx.get(path)
    _MEND(tx, path, part, int(stored.get("mends", 0)) if stored else mends)


IN_REPAIRS: Mapping[str, Planted] = {
    "a dead letter is not published": Planted(EVENTS, entry.FunctionEntry, "_bury", _acknowledged, says=" is 0 times"),
    "a dead letter is not kept": Planted(EVENTS, KeepDeadLetter, "__call__", lambda *_: "", says="no document"),
    "a replay only marks the letter": Planted(EVENTS, ReplayDeadLetters, "replay", _unpublished, says=" is 0 times"),
    "any letter may be dismissed": Planted(LETTERS, ReplayDeadLetters, "is_hopeless", _yes, says="has dismissed_at"),
    "lost figures are not counted again": Planted(FIGURES, rebuild_figures, "_mend", _none),
    "two operators mend the same figure": Planted(FIGURES, rebuild_figures, "_mend", _mended_again),
    "a replay is in no audit": Planted(LETTERS, replay_at_the_desk, "audit_change", _none, says="in no audit"),
}
