"""Cloud Storage, Zalo's file servers, mail, Secret Manager and random ids in the simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from petitions.domain.files.pieces import Pieces
from petitions.domain.petition.codes import ALPHABET, RANDOM_CHARACTERS
from petitions.domain.shared.outcome import Outcome
from petitions.errors import NotFound, Retryable
from petitions.ports.files import Download
from petitions.ports.zalo import Delivery
from tests.simulation.scheduler import Scheduler

T = TypeVar("T")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class SimulatedIds:
    def __init__(self, scheduler: Scheduler) -> None:
        self._chance = scheduler.stream("ids")

    def token(self) -> str:
        return "".join(self._chance.choices(_LETTERS, k=20))

    def code_letters(self) -> str:
        return "".join(self._chance.choices(ALPHABET, k=RANDOM_CHARACTERS))


class SimulatedBucket:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.objects: dict[str, bytes] = {}

    def put(self, name: str, content: bytes | Pieces, _media_type: str) -> None:
        fault = self._called("files.put")
        self.objects.setdefault(name, content if isinstance(content, bytes) else b"".join(content))
        self._scheduler.log("storage", name.partition("/")[0], self._scheduler.lane)
        self._lost(fault)

    def read(self, name: str) -> Iterator[bytes]:
        fault = self._called("files.read")
        if name not in self.objects:
            raise NotFound("there is no such object")
        return self._pieces(self.objects[name], fault)

    def _pieces(self, content: bytes, fault: str | None) -> Iterator[bytes]:
        if fault:
            yield content[: len(content) // 2]
            self._lost(fault)
        yield content

    def erase(self, folder: str) -> int:
        found = [name for name in self.objects if name.startswith(folder)]
        fault = self._called("files.erase", without=() if len(found) > 1 else ("in part",))
        found = [name for name in self.objects if name.startswith(folder)]
        for name in found[: len(found) // 2] if fault == "in part" else found:
            del self.objects[name]
        self._lost(fault)
        return len(found)

    def _called(self, name: str, without: Sequence[str] = ()) -> str | None:
        self._scheduler.point(name)
        fault = self._scheduler.fault(name, without=without)
        if fault == "unavailable":
            raise Retryable("Cloud Storage failed: ServiceUnavailable", reason="storage")
        return fault

    @staticmethod
    def _lost(fault: str | None) -> None:
        if fault:
            raise Retryable("Cloud Storage failed: ReadTimeout", reason="storage")


class SimulatedLinks:
    """Zalo's file servers (`ports.Downloader`), which delete a file after a while."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.contents: dict[str, bytes] = {}

    def fetch(self, url: str, most: int) -> Download:
        self._scheduler.point("links.fetch")
        fault = self._scheduler.fault("links.fetch", 0.2)
        if fault == "slow":
            self._scheduler.sleep(19)
        if fault == "connection":
            return Download(reason="connection")
        if fault == "gone":
            self.contents.pop(url, None)  # for good: another attempt finds nothing
        if url not in self.contents:
            return Download(reason="status_404")
        return Download(self.contents[url][:most])


@dataclass
class SimulatedMail:
    """A mail server (`ports.Mailer`). `sent` lists (message key, address, subject, text) of delivered mails."""

    scheduler: Scheduler
    sent: list[tuple[str, str, str, str]] = field(default_factory=list)

    def send(self, message_key: str, address: str, subject: str, text: str) -> Delivery:
        self.scheduler.point("mail.send")
        fault = self.scheduler.fault("mail.send", 0.15)
        if fault == "refused":
            return Delivery(Outcome.REFUSED, error="connect")
        if fault == "no answer":
            return Delivery(Outcome.UNKNOWN, error="no_answer")
        self.sent.append((message_key, address, subject, text))
        self.scheduler.log("mail", subject[:60], self.scheduler.lane)
        return Delivery(Outcome.UNKNOWN, error="no_answer") if fault else Delivery(Outcome.OK, f"<{message_key}@x.vn>")


class SimulatedVault:
    """The emergency store for Zalo's tokens (`ports.TokenVault`)."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.pair: str | None = None

    def keep(self, pair: str) -> None:
        def store() -> None:
            self.pair = pair

        self._called(store)

    def kept(self) -> str | None:
        self._scheduler.point("vault.kept")
        if self._scheduler.fault("vault.kept"):
            raise Retryable("Secret Manager failed", reason="vault")
        return self.pair

    def _called(self, act: Callable[[], None]) -> None:
        self._scheduler.point("vault.keep")
        fault = self._scheduler.fault("vault.keep")
        if fault != "unavailable":
            act()
        if fault:
            raise Retryable("Secret Manager failed", reason="vault")
