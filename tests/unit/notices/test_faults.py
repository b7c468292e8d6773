"""Notices are neither lost nor sent twice under crashes and duplicate, late or reordered events.

The one exception is an answer whose sending stayed unknown for ten minutes: it is sent again with a mark.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.notices.sending import parts
from petitions.errors import Retryable
from tests.fakes import FakeStore
from tests.unit.notices.channel import Channel, answer, no_answer, no_connection, refuse

FAULTS = [refuse(-32), refuse(-200), refuse(-216), answer(502), answer(200, "?"), no_answer, no_connection]
SETTLED = {NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.UNDELIVERABLE}


class MortalStore(FakeStore):
    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.risk = 0.0

    def _die(self, where: str) -> None:
        if self._chance.random() < self.risk:
            raise Retryable(f"crashed {where} commit", reason="crash")


class Life:
    """Random events around the sending of notices: crashes, repeated requests and echoes, schedules, passing time."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.store = MortalStore(self.chance)
        self.channel = Channel(store=self.store)
        self.channel.tokens.current()
        self.channel.zalo.package = self.chance.random() < 0.5
        self.echoes = self.chance.random() < 0.8
        self.echoed = 0
        self.channel.send(self.channel.plan("n", "Tin đầu tiên"))
        self.echo_all()
        kinds = ["reply", "accepted", "answered", "redo"]
        self.notices = [
            self.channel.plan(f"n{number:02}", self._text(number), self.chance.choice(kinds)) for number in range(12)
        ]
        self.nudges = list(self.notices)

    def _text(self, number: int) -> str:
        long = self.chance.random() < 0.25
        return " ".join(f"Tin {number}, câu {sentence}." for sentence in range(150 if long else 1))

    def nudge(self) -> None:
        if not self.nudges:
            return
        notice_id = self.chance.choice(self.nudges)
        try:
            self.channel.send(notice_id)
        except Retryable:
            return
        if self.chance.random() < 0.7:
            self.nudges.remove(notice_id)

    def echo(self) -> None:
        if not self.channel.zalo.sent or not self.echoes:
            return
        try:
            self.channel.settle(self.channel.echo(self.chance.randrange(len(self.channel.zalo.sent))))
        except Retryable:
            return

    def echo_all(self) -> None:
        while self.echoes and self.echoed < len(self.channel.zalo.sent):
            with suppress(Retryable):
                self.channel.settle(self.channel.echo(self.echoed))
                self.echoed += 1

    def pass_time(self) -> None:
        seconds = self.chance.choice([1, 20, 61, 300, 700])
        if seconds > 60:
            self.echo_all()
        self.channel.clock.advance(seconds=seconds)

    def sweep(self) -> None:
        try:
            self.channel.sweep()
        except Retryable:
            return

    def meanwhile(self, request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        response = act()
        for step in self.chance.sample([self.echo, self.pass_time, self.sweep, self.nudge_again], 2):
            step()
        if self.chance.random() < 0.3:
            raise httpx.ReadTimeout("no answer", request=request)
        return response

    def nudge_again(self) -> None:
        try:
            self.channel.twin().send(self.chance.choice(self.notices))
        except Retryable:
            return

    def restart(self) -> None:
        self.channel = self.channel.twin()

    def struggle(self, steps: int) -> None:
        self.store.risk = 0.15
        for _ in range(steps):
            if self.chance.random() < 0.4:
                self.channel.zalo.faults["cs"].append(self.chance.choice([*FAULTS, self.meanwhile]))
            act = self.chance.choice([self.nudge, self.nudge, self.echo, self.sweep, self.pass_time, self.restart])
            act()

    def recover(self) -> None:
        """Stop the faults, handle all requests to send, and run schedules for 90 minutes and once a day later."""
        self.store.risk = 0.0
        self.channel.zalo.faults["cs"].clear()
        while self.nudges:
            self.nudge()
        for _ in range(90):
            self.echo_all()
            self.channel.clock.advance(minutes=1)
            self.channel.sweep()
        self.channel.clock.advance(days=1)
        self.channel.sweep()

    def check(self, notice: Notice) -> None:
        count = Counter(self.channel.zalo.texts())
        sent = [count[str(part)] for part in parts(notice)]
        outdated = notice.kind == "reply" and self.is_outdated(notice)
        assert notice.state in SETTLED or (notice.state is NoticeState.CANCELLED and outdated)
        assert notice.next_attempt_at is None
        assert sum(sent) <= len(sent) + notice.repeated
        assert not notice.repeated or notice.kind == "answered"
        if notice.state is NoticeState.SENT:
            assert min(sent) >= 1
            assert len(notice.message_ids) == len(sent)
        if notice.state is NoticeState.UNKNOWN and not notice.repeated:
            part = str(parts(notice)[len(notice.message_ids)])
            assert count[part] == 0 or not self.echoes
            assert outdated or not (self.echoes and self.echoed)

    def is_outdated(self, notice: Notice) -> bool:
        """Return whether a later reply than the notice was sent."""
        later = [self.channel.notice(item) for item in self.notices if item > notice.id]
        return any(item.kind == "reply" and item.attempt is not None for item in later)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_doubled_and_nothing_is_left(seed: int) -> None:
    life = Life(seed)
    life.struggle(120)
    life.recover()
    for notice_id in life.notices:
        life.check(life.channel.notice(notice_id))
