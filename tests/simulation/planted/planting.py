"""Mutations of the real code in memory, each of which breaks a rule that a promise must detect."""

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
        with ExitStack() as stack:
            for where, name, by in ((self.where, self.name, self.by), *self.more):
                stack.enter_context(mock.patch.object(where, name, by))
            yield


Found = Callable[[int], list[tuple[str, str]]]


def caught_by(planted: Planted, found: Found, seeds: Iterable[int]) -> tuple[int, set[str]] | None:
    """Run the seeds with the mutation until one breaks the expected promise.

    Return that seed and all promises it broke, or None if no seed broke the expected one.
    """
    with planted.planted():
        for seed in seeds:
            broken = found(seed)
            if any(name == planted.breaks and planted.says in words for name, words in broken):
                return seed, {name for name, _ in broken}
    return None


class InTwoSteps:
    """A store that writes one field only after committing the rest of the transaction."""

    def __init__(self, store: Any, field: str) -> None:
        self._store = store
        self._field = field

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def transact(self, action: Callable[[Any], Any]) -> Any:
        left: list[tuple[str, Any]] = []

        def without(tx: Any) -> Any:
            left.clear()
            return action(_Without(tx, self._field, left))

        result = self._store.transact(without)
        for path, fields in left:
            self._store.update(path, fields)
        return result


class _Without:
    def __init__(self, tx: Any, field: str, left: list[tuple[str, Any]]) -> None:
        self._tx = tx
        self._field = field
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def update(self, path: str, fields: Any) -> None:
        if self._field in fields:
            self._left.append((path, fields))
        else:
            self._tx.update(path, fields)
