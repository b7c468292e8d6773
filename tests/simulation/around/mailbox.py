"""A simulated IMAP mailbox (`ports.Mailbox`) that fails, and may renumber all messages (UIDVALIDITY)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from petitions.errors import Retryable
from petitions.ports.mailbox import Letter
from tests.simulation.scheduler import Scheduler


@dataclass
class Delivered:
    content: bytes
    arrived_at: datetime
    deadly: bool = False
    """Whether the function that reads it dies, as with a message that fills its memory."""
    numbers: dict[int, int] = field(default_factory=dict)
    """Its UID for every UIDVALIDITY."""
    seen: bool = False
    gone: bool = False
    """Whether somebody has deleted it by hand."""


class SimulatedMailbox:
    name = "imap.test/pakn/INBOX"

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.validity = 1
        self.letters: list[Delivered] = []
        self._last = 0

    def arrives(self, content: bytes, *, deadly: bool = False) -> Delivered:
        self._last += 1
        delivered = Delivered(content, self.scheduler.clock.now(), deadly, {self.validity: self._last})
        self.letters.append(delivered)
        self.scheduler.log("mail", "a letter", "mailbox")
        return delivered

    def renumber(self) -> None:
        self.letters.reverse()
        self.validity += 1
        self._last = 0
        for letter in self.letters:
            self._last += 1
            letter.numbers[self.validity] = self._last

    @contextmanager
    def open(self) -> Iterator[SimulatedFolder]:
        called(self.scheduler, "mailbox.open")
        yield SimulatedFolder(self, self.validity)


@dataclass(frozen=True)
class SimulatedFolder:
    mailbox: SimulatedMailbox
    validity: int

    def after(self, uid: int) -> Iterator[Letter]:
        self._call("mailbox.after")
        for letter in self.mailbox.letters:
            number = letter.numbers.get(self.validity, 0)
            if number > uid and not letter.gone:
                yield Letter(number, len(letter.content), letter.arrived_at)

    def content(self, uid: int, most: int) -> bytes | None:
        letter, fault = self._letter(uid), self._call("mailbox.content")
        if letter.deadly and (instance := self.mailbox.scheduler.instance):
            self.mailbox.scheduler.kill(instance)
        letter.gone = letter.gone or fault == "gone"
        return None if letter.gone else letter.content[:most]

    def done(self, uid: int) -> None:
        fault = self._call("mailbox.done")
        self._letter(uid).seen = True
        if fault:
            raise Retryable("the mail server failed", reason="mailbox")

    def _letter(self, uid: int) -> Delivered:
        return next(letter for letter in self.mailbox.letters if letter.numbers.get(self.validity) == uid)

    def _call(self, name: str) -> str | None:
        fault = called(self.mailbox.scheduler, name)
        if self.mailbox.validity != self.validity:
            raise Retryable("the mail server was restarted", reason="mailbox")
        return fault


def called(scheduler: Scheduler, name: str) -> str | None:
    """Let other tasks run, then return the fault that strikes this call to the mail server, or None.

    Raise Retryable if the server is unavailable.
    """
    scheduler.point(name)
    fault = scheduler.fault(name)
    if fault == "unavailable":
        raise Retryable("the mail server failed", reason="mailbox")
    return fault
