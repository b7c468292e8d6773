"""The mailbox reader may die at any write or lose its response, and the next run completes the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import pytest

from petitions.domain.mailbox.mail import Mail, MailState
from petitions.errors import Retryable
from petitions.ports.mailbox import Letter, OpenMailbox
from petitions.usecases.mailbox.read_mailbox import LEASE, ReadMailbox
from tests.fakes import FakeClock, FakeIds
from tests.mortal import DEATHS, Death, Killed, MortalFiles, MortalStore, Way, Where
from tests.unit.mailbox.letters import PDF, STORY, letter

CAME = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LETTERS = (letter(STORY, ("a.pdf", "application/pdf", PDF)), letter("hai", Message_ID="<2@x>"))


@dataclass
class PaperBox:
    death: Death
    name: str = "box"
    validity: int = 7
    seen: set[int] = field(default_factory=set)

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        yield self

    def after(self, uid: int) -> Iterator[Letter]:
        yield from (Letter(number, len(LETTERS[number - 1]), CAME) for number in (1, 2) if number > uid)

    def content(self, uid: int, most: int) -> bytes | None:
        return LETTERS[uid - 1][:most]

    def done(self, uid: int) -> None:
        with self.death.write():
            self.seen.add(uid)


@pytest.mark.parametrize(("where", "way"), DEATHS)
def test_each_letter_is_there_once_with_its_file(where: Where, way: Way) -> None:
    for at in count(1):
        if not _dies(at, where, way):
            assert at > 12
            return


def _dies(at: int, where: Where, way: Way) -> bool:
    death, clock = Death(), FakeClock()
    store, files, box = MortalStore(death), MortalFiles(death), PaperBox(death)
    read = ReadMailbox(store, clock, FakeIds(), files, box, "VPUB", lambda _: False)
    death.comes(at, where, way)
    with suppress(Killed, Retryable):
        read()
    struck = death.struck
    death.at = 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    read()
    mails = [Mail.model_validate(store.documents[path]) for path in store.paths("mails")]
    assert sorted(item.text for item in mails) == sorted([STORY, "hai"])
    assert {item.state for item in mails} == {MailState.NEW}
    assert all(file.kept for mail in mails for file in mail.files)
    assert box.seen == {1, 2}
    assert len(files.objects) == 2
    assert read() == 0
    return struck
