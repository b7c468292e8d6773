"""A person who repeats an action until it succeeds, despite failures and killed instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from petitions.errors import Conflict, Rejected, Retryable

AGAIN = 20.0


def in_words(action: Callable[[], str]) -> Callable[[], str]:
    """Wrap an action so that it returns "try again" for Retryable, and the name and reason of a Rejected."""

    def act() -> str:
        try:
            return action()
        except Retryable:
            return "try again"
        except Rejected as error:
            return f"{type(error).__name__} {error.reason}"

    return act


class Trying:
    def __init__(self, world: Any) -> None:
        self._world = world
        self.under_way = 0
        """The number of actions that have not succeeded yet."""

    def until_done(self, action: Callable[[], bool], done: Callable[[], None] = lambda: None) -> None:
        """Repeat `action` until it returns true, then call `done`.

        Conflict, Retryable and a killed instance lead to another attempt.
        """

        def once() -> bool:
            try:
                return action()
            except (Conflict, Retryable):
                return False

        def on_result(result: object | None) -> None:
            if result:
                self.under_way -= 1
                done()
            else:
                self._world.scheduler.after(AGAIN, again)

        def again() -> None:
            self._world.start("desk", once, on_result)

        self.under_way += 1
        again()
