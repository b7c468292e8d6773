"""Fakes of an instance that crashes before or after any of its writes, and a comparison of the results.

A test runs an action, lets the instance crash at the first write, repeats the action, and compares the result with the
one of an undisturbed run. It then does the same for the second write, and so on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from itertools import product
from typing import Any, Literal

from petitions.domain.files.pieces import Pieces
from petitions.errors import Retryable
from petitions.ports.messages import Message
from petitions.ports.store import Fields
from petitions.usecases.shared.relay import RelayUnpublished
from tests.fakes import FakeFiles, FakePublisher, FakeStore
from tests.unit.world import World

Where = Literal["before", "after"]
Way = Literal["killed", "unanswered"]
DEATHS: tuple[tuple[Where, Way], ...] = (("before", "killed"), ("after", "killed"), ("after", "unanswered"))
MOST_WRITES = 60
"""An upper limit for the writes of one action in the tests."""
COUNTED = frozenset({"attempts", "interrupted"})
"""Fields that count attempts. After a crash they may differ from an undisturbed run."""
FOLLOWING = frozenset({"found_by"})
"""Fields with hashes of other fields' words. They differ because a petition code is drawn anew."""
_TOKEN = re.compile(r"token\d{15}")


class Killed(BaseException):
    """Raised in place of a crash of the instance. No code under test may catch it."""


@dataclass
class Death:
    """The crash of an instance at one of its writes, given by the number of the write (the first one is 1).

    The instance is either killed before or after the write, or it gets no response to the write.
    """

    at: int = 0
    where: Where = "before"
    way: Way = "killed"
    writes: int = 0
    struck: bool = False

    def comes(self, at: int, where: Where, way: Way) -> None:
        """Plan the crash for the write number `at`, counted from the next write on."""
        self.at, self.where, self.way, self.writes, self.struck = at, where, way, 0, False

    @contextmanager
    def write(self) -> Iterator[None]:
        """Wrap one write. Raise Killed or Retryable, before or after the write, if the crash is planned here."""
        self.writes += 1
        number = self.writes
        self._strike(number, "before")
        yield
        self._strike(number, "after")

    def _strike(self, number: int, where: Where) -> None:
        if not self.struck and (number, where) == (self.at, self.where):
            self.struck = True
            raise Killed if self.way == "killed" else Retryable("no answer", reason="unanswered")


class MortalStore(FakeStore):
    """A store whose writes may kill the instance. A transaction counts as one write, a batch as one per document."""

    def __init__(self, death: Death) -> None:
        super().__init__()
        self.death = death

    def _apply(self, writes: Sequence[tuple[str, str, Fields]]) -> None:
        with self.death.write():
            super()._apply(writes)

    def go_back(self, documents: Mapping[str, dict[str, Any]]) -> None:
        self._documents.clear()
        self._documents.update(documents)
        self._versions.clear()


class MortalPublisher(FakePublisher):
    """A publisher whose messages may kill the instance. If one message fails, those before it stay published."""

    def __init__(self, death: Death) -> None:
        super().__init__()
        self.death = death

    def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            with self.death.write():
                super().publish([message])


class MortalFiles(FakeFiles):
    def __init__(self, death: Death) -> None:
        super().__init__()
        self.death = death

    def put(self, name: str, content: bytes | Pieces, media_type: str) -> None:
        with self.death.write():
            super().put(name, content, media_type)

    def erase(self, folder: str) -> int:
        with self.death.write():
            return super().erase(folder)


@dataclass
class Mortals:
    """Runs an action of a test system once per write, always from the same initial data, and crashes at that write."""

    kind: type[World] = World
    death: Death = field(default_factory=Death)

    def __post_init__(self) -> None:
        self.store, self.publisher = MortalStore(self.death), MortalPublisher(self.death)
        self.files = MortalFiles(self.death)
        self.world = self.kind(store=self.store, publisher=self.publisher, kept=self.files)

    def differences(
        self,
        deed: Callable[[], object],
        again: Callable[[], object] | None = None,
        lull: timedelta = timedelta(0),
    ) -> list[str]:
        """Return a description of every crash after which the result differs from an undisturbed run.

        After the crash and a pause (`lull`) the action is repeated, as Pub/Sub, a schedule or an officer would do. Then
        the relay publishes the messages that the crash has left unpublished.
        """
        begun = dict(self.store.documents), list(self.publisher.published), dict(self.files.objects)
        at, known = self.world.clock.at, frozenset(self.store.paths("petitions"))

        def lived(*death: Any) -> Remains:
            self.store.go_back(begun[0])
            self.publisher.published[:], self.files.objects = list(begun[1]), dict(begun[2])
            self.world.clock.at = at
            self.death.comes(*death)
            with suppress(Killed, Retryable):
                deed()
            if self.death.struck:
                self.world.clock.at += lull
                (again or deed)()
            self.world.clock.advance(minutes=1)
            RelayUnpublished(self.store, self.publisher, self.world.clock)()
            return Remains.of(self, known)

        calm = lived(0, "before", "killed")
        writes = self.death.writes
        assert 0 < writes < MOST_WRITES, writes
        found = []
        for at_write, (where, way) in product(range(1, writes + 1), DEATHS):
            if differs := lived(at_write, where, way).beside(calm):
                found.append(f"{way} {where} write {at_write} of {writes}: {differs}")
        return found


@dataclass(frozen=True)
class Remains:
    """The data and messages after a run, without random ids, times and counts of attempts."""

    documents: Counter[str]
    objects: Counter[str]
    messages: frozenset[str]

    @staticmethod
    def of(mortals: Mortals, known: Collection[str]) -> Remains:
        """Return the current data and messages. A message published twice counts once, as Pub/Sub may repeat any."""
        codes = [path.partition("/")[2] for path in mortals.store.paths("petitions") if path not in known]
        drawn = [*codes, *(f"'{word}'" for code in codes for word in code.lower().split("-")[2:])]  # to search for
        stored, sent = mortals.store.documents.items(), mortals.publisher.published
        held = [(path, fields) for path, fields in stored if fields.get("messages") != []]  # no inbox that sent nothing

        def plain_text(*parts: Any) -> str:
            words = " ".join(f"{_plain(part)}" for part in parts)
            return reduce(lambda text, word: text.replace(word, "a new code"), drawn, words)

        return Remains(
            Counter(plain_text("inbox" if path.startswith("inbox/") else path, fields) for path, fields in held),
            Counter(plain_text(name) for name in mortals.files.objects),
            frozenset(plain_text(message.topic, message.data, message.key) for message in sent),
        )

    def beside(self, calm: Remains) -> list[str]:
        """Return the items that an undisturbed run has in addition ("- ..."), and those that it lacks ("+ ...")."""
        missing = [*(calm.documents - self.documents), *(calm.objects - self.objects), *(calm.messages - self.messages)]
        more = [*(self.documents - calm.documents), *(self.objects - calm.objects), *(self.messages - calm.messages)]
        return [f"- {item}" for item in missing] + [f"+ {item}" for item in more]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub("a token", value)
    if isinstance(value, date):
        return "a moment"
    if isinstance(value, Mapping):
        return {_plain(name): _plain(item) for name, item in sorted(value.items()) if name not in COUNTED | FOLLOWING}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
