"""Mutations of the real code, in memory. Every one breaks a rule, and a promise of the simulation must detect it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock


@dataclass(frozen=True)
class Planted:
    """A mutation of the real code: the replaced attribute, its replacement, and the promise that must detect it."""

    breaks: str
    where: Any
    name: str
    by: Any
    more: tuple[tuple[Any, str, Any], ...] = ()
    says: str = ""
    """Words that the message of the broken promise must contain."""

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Replace the attribute that the mutation changes, until the end of the block."""
        with ExitStack() as stack:
            for where, name, by in ((self.where, self.name, self.by), *self.more):
                stack.enter_context(mock.patch.object(where, name, by))
            yield


Found = Callable[[int], list[tuple[str, str]]]


def caught_by(planted: Planted, found: Found, seeds: Iterable[int]) -> tuple[int, set[str]] | None:
    """Run the seeds with the mutation until one breaks the expected promise.

    Return this seed and all promises that it broke, or None if no seed broke the expected one.
    """
    with planted.planted():
        for seed in seeds:
            broken = found(seed)
            if any(name == planted.breaks and planted.says in words for name, words in broken):
                return seed, {name for name, _ in broken}
    return None


class InTwoSteps:
    """A store that writes the updates of one field only after the commit of their transaction."""

    def __init__(self, store: Any, field: str) -> None:
        self._store = store
        self._field = field

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def transact(self, action: Callable[[Any], Any]) -> Any:
        """Commit a transaction without its updates of `field`, and then write these updates one by one."""
        left: list[tuple[str, Any]] = []

        def without(tx: Any) -> Any:
            left.clear()
            return action(_Without(tx, self._field, left))

        result = self._store.transact(without)
        for path, fields in left:
            self._store.update(path, fields)
        return result


class _Without:
    """A transaction that collects the updates of one field instead of writing them."""

    def __init__(self, tx: Any, field: str, left: list[tuple[str, Any]]) -> None:
        self._tx = tx
        self._field = field
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def update(self, path: str, fields: Any) -> None:
        """Write the fields, or collect them if they include the field to be written later."""
        if self._field in fields:
            self._left.append((path, fields))
        else:
            self._tx.update(path, fields)
