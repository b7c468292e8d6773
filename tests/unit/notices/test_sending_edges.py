"""Edge cases of sending: rate limits, the end of a call, empty parts, pages of evidence, former officers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from petitions.domain.language.texts import MAX_MESSAGE
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.channels import wrote_since
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import UNKNOWN_FOR, About, Attempt, Notice, NoticeState
from petitions.domain.notices.sending import (
    LOOKS_EVERY,
    SEARCHED_FOR,
    held,
    held_up_until,
    is_given_up,
    may_repeat_in_chat,
    overtaken,
    parts,
    unknown,
)
from petitions.domain.notices.still_true import still_holds
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.outcome import Outcome
from petitions.ports.store import Transaction
from petitions.ports.zalo import Delivery
from petitions.usecases.notices.find_evidence import PAGE
from petitions.usecases.notices.prepare_notice import PrepareNotice
from petitions.usecases.notices.send_zalo import SendZalo
from petitions.usecases.notices.sending_limits import SWITCH_PATH, MinuteBudget
from tests.fakes import FakeClock
from tests.unit.notices.channel import USER, WHO, Channel, answer, no_answer

TICK = timedelta(microseconds=1)


def notice(text: str = "Xin chào", **more: object) -> Notice:
    fields = {"id": "n", "kind": NoticeKind.REPLY, "channel": "zalo", "text": text, "created_at": FakeClock().now()}
    return Notice.model_validate({**fields, **more})


BEGAN = FakeClock().now()


def tried(route: str | None = "cs_free", **more: object) -> Notice:
    attempt = Attempt(id="a", number=1, started_at=BEGAN, lease_until=BEGAN + TICK)
    fields: dict[str, Any] = {
        "citizen": "c",
        "state": NoticeState.UNKNOWN,
        "attempt": attempt,
        "route": route,
        "created_at": BEGAN,
    }
    return notice(**{**fields, **more})


@pytest.mark.parametrize(
    ("wrote", "again"), [(None, False), (BEGAN - TICK, False), (BEGAN, False), (BEGAN + TICK, True)]
)
def test_who_wrote_after_the_notice_and_not_with_it_is_told_again(wrote: datetime | None, *, again: bool) -> None:
    assert may_repeat_in_chat(tried("template_user", waits_for="citizen"), wrote) == again
    assert wrote_since(tried(waits_for="citizen"), wrote) == again
    assert not may_repeat_in_chat(tried(waits_for=None), wrote)
    assert not wrote_since(tried(waits_for=None), wrote)
    assert not may_repeat_in_chat(tried(waits_for="citizen", state=NoticeState.SENT), wrote)


@pytest.mark.parametrize(("citizen", "route", "waits"), [
    ("c", "template_user", "citizen"), (None, "template_user", None), (None, "email", None),
])  # fmt: skip
def test_a_template_that_stays_unknown_waits_for_its_citizen_alone(
    citizen: str | None, route: str, waits: str | None
) -> None:
    over = overtaken(tried(route, citizen=citizen, next_attempt_at=BEGAN + UNKNOWN_FOR), BEGAN + UNKNOWN_FOR)
    assert (over.state, over.next_attempt_at, over.waits_for) == (NoticeState.UNKNOWN, None, waits)


@pytest.mark.parametrize(("age", "pause"), [
    (timedelta(minutes=1), LOOKS_EVERY), (UNKNOWN_FOR, timedelta(seconds=30)),
    (timedelta(hours=1), timedelta(minutes=3)),
    (SEARCHED_FOR - TICK, (SEARCHED_FOR - TICK) / 20), (SEARCHED_FOR, None),
])  # fmt: skip
def test_evidence_about_a_chat_message_is_searched_for_a_day_at_growing_pauses(
    age: timedelta, pause: timedelta | None
) -> None:
    after = overtaken(tried(next_attempt_at=BEGAN + age), BEGAN + age)
    assert (after.state, after.next_attempt_at) == (NoticeState.UNKNOWN, BEGAN + age + pause if pause else None)


def test_a_chat_message_is_given_up_after_the_first_search_at_the_end_of_its_time() -> None:
    before = overtaken(tried(next_attempt_at=BEGAN), BEGAN + UNKNOWN_FOR - TICK)
    after = overtaken(before, BEGAN + UNKNOWN_FOR + timedelta(minutes=1))
    assert [is_given_up(one) for one in (tried(next_attempt_at=BEGAN), before, after)] == [False, False, True]
    assert [is_given_up(tried("template_user", waits_for=waits)) for waits in (None, "citizen")] == [True, False]
    assert not is_given_up(tried("email", next_attempt_at=BEGAN + timedelta(hours=1)))
    assert not is_given_up(tried(state=NoticeState.SENDING))


def test_what_has_no_answer_is_unknown_and_what_is_held_is_waiting_again() -> None:
    sending = tried(state=NoticeState.SENDING)
    lost = unknown(sending, "timeout")
    assert (lost.state, lost.error, lost.attempt) == (NoticeState.UNKNOWN, "timeout", sending.attempt)
    kept = held(sending, "paused", BEGAN + TICK)
    assert (kept.state, kept.error, kept.next_attempt_at) == (NoticeState.WAITING, "paused", BEGAN + TICK)


def test_a_notice_about_no_petition_stays_true() -> None:
    assert all(still_holds(notice(kind=kind, about=None), None) for kind in NoticeKind)


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (State.ANSWERED, {NoticeKind.ANSWERED, NoticeKind.ANSWER_MAILED, NoticeKind.RATING_ASKED}),
        (State.MERGED, {NoticeKind.MERGED, NoticeKind.ANSWER_MAILED}),
        (State.REOPENED, set()),
    ],
)
def test_an_answer_is_mailed_also_to_who_filed_a_merged_petition_and_not_after_a_reopening(
    state: State, kinds: set[NoticeKind]
) -> None:
    petition = Petition(
        code="HN-1", citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit="SXD", state=state, filed_at=BEGAN,
    )  # fmt: skip
    about = About(code="HN-1", seq=1)
    asked = {NoticeKind.ANSWERED, NoticeKind.ANSWER_MAILED, NoticeKind.RATING_ASKED, NoticeKind.MERGED}
    assert {kind for kind in asked if still_holds(notice(kind=kind, about=about), petition)} == kinds


def test_the_conversation_of_who_has_no_id_any_more_is_not_asked_for() -> None:
    """Without an id, Zalo would give the messages of all citizens."""
    channel = Channel()
    channel.zalo.package = True
    channel.zalo.faults["cs"] = [answer(500)]
    channel.send(channel.plan())
    channel.store.update(f"citizens/{WHO}", {"zalo_id": ""})
    asked: list[str] = []

    def noted(request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(500)

    channel.zalo.faults["conversation"] = channel.zalo.faults["listrecentchat"] = [noted]
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert (asked, channel.state()) == ([], "unknown")


def test_a_notice_waits_for_the_latest_one_ahead_that_waits_itself() -> None:
    """A notice that is being sent is ignored, because its stored time belongs to an earlier attempt."""
    mine = notice(id="z", citizen="c", created_at=BEGAN + timedelta(seconds=9))
    soon, late = BEGAN + timedelta(minutes=1), BEGAN + timedelta(minutes=2)
    leased = Attempt(id="a", number=1, started_at=BEGAN, lease_until=BEGAN + timedelta(seconds=30))

    def ahead(state: NoticeState, at: datetime | None) -> Notice:
        return tried(state=state, next_attempt_at=at, attempt=leased, error="-32")

    assert held_up_until(mine, [], BEGAN) is None
    for others, until in (
        ([ahead(NoticeState.WAITING, soon)], soon),
        ([ahead(NoticeState.WAITING, soon), ahead(NoticeState.WAITING, late)], late),
        ([ahead(NoticeState.SENDING, late)], BEGAN),
        ([ahead(NoticeState.SENDING, late), ahead(NoticeState.WAITING, soon)], soon),
    ):
        assert held_up_until(mine, others, BEGAN) == until + timedelta(milliseconds=1)


def test_no_notice_is_begun_while_sending_is_paused() -> None:
    channel = Channel()
    channel.plan(state="waiting", next_attempt_at=channel.clock.now())
    channel.store.create(SWITCH_PATH, {"paused": True})
    assert (channel.sweep(), channel.state()) == (0, "waiting")
    channel.store.update(SWITCH_PATH, {"paused": False})
    channel.clock.advance(minutes=1)
    assert (channel.sweep(), channel.state()) == (1, "sent")


def test_white_space_beyond_the_longest_message_is_no_message() -> None:
    assert parts(notice("x" * MAX_MESSAGE + " \n ")) == ["x" * MAX_MESSAGE]
    assert parts(notice("x" * (MAX_MESSAGE + 1))) == ["x" * MAX_MESSAGE, "x"]
    assert parts(notice("")) == [""]


def test_a_minute_has_its_calls_and_the_next_one_has_them_again() -> None:
    clock = FakeClock()
    clock.at = clock.now().replace(second=59, microsecond=999_999)
    budget = MinuteBudget(clock, 2)
    assert budget.is_open()
    assert [budget.take() for _ in range(3)] == [True, True, False]
    assert not budget.is_open()
    clock.at += TICK
    assert budget.is_open()
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_what_zalo_leaves_lowers_the_minute_in_which_the_call_began_and_no_other() -> None:
    clock = FakeClock()
    clock.at = clock.now().replace(second=30)
    budget = MinuteBudget(clock, 10, reserve=2)
    budget.take_over(3, clock.now())
    assert [budget.take() for _ in range(2)] == [True, False]
    clock.at += timedelta(minutes=1)
    budget.take_over(2, clock.now())
    assert not budget.is_open(), "the first thing in a minute may be the answer to a call of this minute"
    began = clock.now()
    clock.at += timedelta(minutes=1)
    budget.take_over(0, began)
    assert budget.is_open()
    budget.take_over(100, clock.now())
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]


@pytest.mark.parametrize(("late", "sent"), [(-TICK, True), (timedelta(0), True), (TICK, False)])
def test_a_call_is_begun_up_to_the_last_instant_of_its_time(late: timedelta, *, sent: bool) -> None:
    channel = Channel()
    budget = MinuteBudget(channel.clock, 1)
    send = SendZalo(channel.tokens, channel.messages, budget)
    until = channel.clock.now() - late
    found = send(lambda _messages, _token: Delivery(Outcome.OK, message_id="m"), until)
    assert found.outcome is (Outcome.OK if sent else Outcome.REFUSED)
    assert found.error == ("" if sent else "late")
    assert budget.is_open() != sent


@pytest.mark.parametrize("older", [PAGE - 1, PAGE, 5 * PAGE])
def test_a_long_conversation_is_read_until_before_the_attempt(older: int) -> None:
    """Messages older than the attempt prove nothing, so they are not read, however long the conversation is."""
    channel = Channel()
    channel.zalo.package = True
    began = channel.clock.now() - timedelta(days=1)
    for number in range(older):
        at = began + timedelta(seconds=number)
        channel.zalo.written.append((USER, f"Tin cũ {number}", f"c{number}", at))
    channel.zalo.faults["cs"] = [answer(500)]
    channel.send(channel.plan())
    assert channel.state() == "unknown"
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Xin chào"])


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("newer", [0, PAGE - 1, PAGE, 2 * PAGE, 3 * PAGE - 2, 3 * PAGE, 3 * PAGE + 1])
def test_a_message_is_looked_for_below_what_the_citizen_wrote_since(newer: int, *, sent: bool) -> None:
    """At most three pages are read. If newer messages of the citizen fill them, nothing is proved."""
    channel = Channel()
    channel.zalo.package = True
    for number in range(2 * PAGE):
        channel.zalo.written.append((USER, "Tin cũ", f"o{number}", channel.clock.now() - timedelta(hours=9)))
    channel.zalo.faults["cs"] = [no_answer if sent else answer(500)]
    channel.send(channel.plan())
    for number in range(newer):
        channel.zalo.written.append((USER, "Tin mới", f"n{number}", channel.clock.now() + timedelta(seconds=1)))
    channel.clock.advance(minutes=1)
    channel.sweep()
    is_proven = newer < 3 * PAGE
    assert channel.state() == ("sent" if is_proven else "unknown")
    assert len(channel.zalo.texts()) == (1 if sent or is_proven else 0)


@pytest.mark.parametrize(("text", "proves"), [("Tin cũ", True), ("", False)])
def test_a_conversation_without_any_text_proves_nothing(text: str, *, proves: bool) -> None:
    """Only a text confirms that the response's fields have the expected names."""
    channel = Channel()
    channel.zalo.package = True
    channel.zalo.written.append((USER, text, "c1", channel.clock.now() - timedelta(hours=9)))
    channel.zalo.faults["cs"] = [answer(500)]
    channel.send(channel.plan())
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.state() == ("sent" if proves else "unknown")


def test_a_mail_to_an_officer_who_is_gone_is_closed_as_to_a_stranger() -> None:
    channel = Channel()
    found = {
        name: Petition(
            code=name, citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
            unit="SXD", state=State.IN_PROGRESS, filed_at=channel.clock.now(), accused=accused,
        )
        for name, accused in (("HN-1", "SXD"), ("HN-2", None))
    }  # fmt: skip
    mail = notice(channel="email", officer="gone", about=About(code="HN-1", seq=1))

    def closed(tx: Transaction) -> list[set[str]]:
        return [PrepareNotice._closed(tx, mail, petition) for petition in (*found.values(), None)]

    assert channel.store.transact(closed)[2] == set()
    assert "HN-2" not in channel.store.transact(closed)[1]
