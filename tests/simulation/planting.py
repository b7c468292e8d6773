"""Faults that are planted in the real code, in memory: each breaks one rule, and a promise must tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock


@dataclass(frozen=True)
class Planted:
    """One mutation: the promise that it breaks, and what it puts in the place of what."""

    breaks: str
    where: Any
    name: str
    by: Any
    more: tuple[tuple[Any, str, Any], ...] = ()

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the real code behave so."""
        with ExitStack() as stack:
            for where, name, by in ((self.where, self.name, self.by), *self.more):
                stack.enter_context(mock.patch.object(where, name, by))
            yield


Found = Callable[[int], list[tuple[str, str]]]


def caught_by(planted: Planted, found: Found, seeds: Iterable[int]) -> tuple[int, set[str]] | None:
    """Return the first seed in which the promise is broken, and all that are; None if it never is."""
    with planted.planted():
        for seed in seeds:
            names = {name for name, _ in found(seed)}
            if planted.breaks in names:
                return seed, names
    return None


class Behind:
    """A transaction whose reads are changed on their way."""

    def __init__(self, tx: Any, changed: Callable[[Any], Any]) -> None:
        self._tx = tx
        self._changed = changed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def get(self, path: str) -> Any:
        """Read one document."""
        return self._changed(self._tx.get(path))

    def get_all(self, paths: Any) -> list[Any]:
        """Read several."""
        return [self._changed(each) for each in self._tx.get_all(paths)]
