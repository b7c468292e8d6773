"""Messages with an unknown result are settled by evidence: unsent ones are sent, sent ones not repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Retryable
from tests.fakes import FakeStore
from tests.unit.notices.channel import (
    ID_KEY,
    USER,
    WHO,
    Channel,
    Fault,
    KilledError,
    answer,
    killed,
    no_answer,
    no_connection,
    refuse,
)


def unheard(request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
    """Time out before the call reaches Zalo."""
    raise httpx.ReadTimeout("no answer", request=request)


def html_after_sending(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
    act()
    return httpx.Response(502, text="<html>")


NOT_SENT = {"500": answer(500), "html": answer(200, "<html>"), "nothing": unheard}
SENT = {"no answer": no_answer, "502": html_after_sending}


@pytest.fixture
def channel() -> Channel:
    made = Channel()
    made.send(made.plan("before", "Tin trước"))
    made.settle(made.echo())
    return made


def minutes(channel: Channel, number: int) -> None:
    for _ in range(number):
        channel.clock.advance(minutes=1)
        channel.sweep()


def later_echo(channel: Channel) -> None:
    channel.settle(channel.echo_of("Tin khác", "someone-elses", user="777"))


@pytest.mark.parametrize("fault", NOT_SENT.values(), ids=NOT_SENT)
def test_the_conversation_shows_that_a_reply_was_not_sent(channel: Channel, fault: Fault) -> None:
    channel.zalo.package = True
    channel.zalo.faults["cs"] = [fault]
    channel.send(channel.plan())
    assert channel.state() == "unknown"
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])
    assert not channel.notice().repeated


@pytest.mark.parametrize("fault", SENT.values(), ids=SENT)
def test_the_conversation_shows_that_a_reply_was_sent(channel: Channel, fault: Fault) -> None:
    channel.zalo.package = True
    channel.zalo.faults["cs"] = [fault]
    channel.send(channel.plan())
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])
    assert channel.notice().message_ids == [channel.zalo.sent[-1][2]]


@pytest.fixture
def first() -> Channel:
    made = Channel()
    made.tokens.current()
    made.zalo.package = True
    made.zalo.written.append((USER, "Đèn đường trước nhà tôi hỏng", "zc0", made.clock.now()))
    made.clock.advance(seconds=2)
    return made


@pytest.mark.parametrize("fault", NOT_SENT.values(), ids=NOT_SENT)
def test_the_citizens_own_message_shows_that_the_first_reply_was_not_sent(first: Channel, fault: Fault) -> None:
    first.zalo.faults["cs"] = [fault]
    first.send(first.plan())
    minutes(first, 1)
    assert (first.state(), first.zalo.texts()) == ("sent", ["Xin chào"])
    assert not first.notice().repeated


@pytest.mark.parametrize("fault", SENT.values(), ids=SENT)
def test_a_first_reply_that_was_sent_is_not_repeated(first: Channel, fault: Fault) -> None:
    first.zalo.faults["cs"] = [fault]
    first.send(first.plan())
    minutes(first, 1)
    assert (first.state(), first.zalo.texts()) == ("sent", ["Xin chào"])


def test_nothing_follows_from_a_conversation_that_is_empty(first: Channel) -> None:
    first.zalo.written.clear()
    first.zalo.faults["cs"] = [no_answer]
    first.send(first.plan())
    first.zalo.sent.clear()
    first.zalo.times.clear()
    minutes(first, 3)
    assert (first.state(), first.zalo.sent) == ("unknown", [])


def test_nothing_follows_from_a_conversation_that_shows_no_text(channel: Channel) -> None:
    """The names of the fields in Zalo's conversations are assumed (PLATFORM 1.8)."""
    nameless = {"error": 0, "data": [{"id": "zm0", "content": "Tin trước", "time": 1}]}
    channel.zalo.faults["conversation"] = [lambda _request, _act: httpx.Response(200, json=nameless)] * 3
    channel.zalo.faults["cs"] = [no_answer]
    channel.send(channel.plan())
    minutes(channel, 3)
    assert (channel.state(), len(channel.zalo.sent)) == ("unknown", 2)


def test_of_two_twins_each_is_settled_by_a_message_of_its_own(channel: Channel) -> None:
    channel.zalo.package = True
    channel.zalo.faults["cs"] = [no_answer, unheard]
    for name in ("n1", "n2"):
        channel.send(channel.plan(name))
        channel.clock.advance(seconds=1)
    channel.store.update("notices/n2", {"state": "planned"})  # as if the first had not held it up
    channel.send("n2")
    minutes(channel, 3)
    assert (channel.state("n1"), channel.state("n2")) == ("sent", "sent")
    assert channel.zalo.texts() == ["Tin trước", "Xin chào", "Xin chào"]
    assert channel.notice("n1").message_ids != channel.notice("n2").message_ids


@pytest.mark.parametrize("fault", NOT_SENT.values(), ids=NOT_SENT)
def test_where_echoes_flow_silence_shows_that_a_reply_was_not_sent(channel: Channel, fault: Fault) -> None:
    channel.zalo.faults["cs"] = [fault]
    channel.send(channel.plan())
    minutes(channel, 1)
    later_echo(channel)
    minutes(channel, 1)
    assert channel.state() == "unknown"
    later_echo(channel)
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


@pytest.mark.parametrize("fault", SENT.values(), ids=SENT)
def test_its_own_echo_settles_it_whatever_flows(channel: Channel, fault: Fault) -> None:
    channel.zalo.faults["cs"] = [fault]
    channel.send(channel.plan())
    channel.settle(channel.echo())
    later_echo(channel)
    minutes(channel, 15)
    assert (channel.state(), len(channel.zalo.sent)) == ("sent", 2)


def test_while_echoes_come_late_silence_shows_nothing_for_ten_minutes(channel: Channel) -> None:
    channel.zalo.faults["cs"] = [no_answer]
    channel.send(channel.plan())
    minutes(channel, 1)
    channel.settle(channel.echo_of("Tin khác", "late", user="777", at=channel.clock.now() - timedelta(seconds=40)))
    for _ in range(5):
        later_echo(channel)
        minutes(channel, 1)
    assert channel.state() == "unknown"
    channel.settle(channel.echo())
    minutes(channel, 10)
    assert (channel.state(), len(channel.zalo.sent)) == ("sent", 2)


def test_in_a_quiet_account_the_time_of_evidence_is_awaited(channel: Channel) -> None:
    channel.zalo.faults["cs"] = [unheard]
    channel.send(channel.plan())
    minutes(channel, 9)
    assert channel.state() == "unknown"
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


def test_a_look_that_ends_after_the_time_of_evidence_is_not_the_last(channel: Channel) -> None:
    def slow(_request: httpx.Request, _act: Callable[[], httpx.Response]) -> httpx.Response:
        channel.clock.advance(seconds=2)
        return httpx.Response(500)

    channel.zalo.faults["cs"] = [unheard]
    channel.send(channel.plan())
    channel.clock.advance(seconds=59)
    minutes(channel, 8)
    channel.zalo.faults["conversation"] = [slow]
    minutes(channel, 1)
    assert channel.state() == "unknown"
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


@pytest.mark.parametrize("hours", [1, 10])
def test_without_any_echo_nothing_is_known_until_one_comes(hours: int) -> None:
    channel = Channel()
    channel.tokens.current()
    channel.zalo.faults["cs"] = [unheard]
    channel.send(channel.plan())
    minutes(channel, 60 * hours)
    assert (channel.state(), channel.zalo.sent) == ("unknown", [])
    later_echo(channel)
    minutes(channel, 3 * hours + 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Xin chào"])


def test_without_any_echo_for_a_day_the_search_ends() -> None:
    channel = Channel()
    channel.tokens.current()
    channel.zalo.faults["cs"] = [unheard]
    channel.send(channel.plan())
    minutes(channel, 1)
    channel.clock.advance(days=1)
    channel.sweep()
    assert (channel.state(), channel.zalo.sent, channel.notice().next_attempt_at) == ("unknown", [], None)


def test_an_outage_of_an_hour_after_a_lost_call_is_waited_for(channel: Channel) -> None:
    channel.zalo.package = True
    channel.zalo.faults["cs"] = [unheard]
    channel.zalo.faults["conversation"] = [no_connection] * 70
    channel.store.documents.pop("rules/echoes")
    channel.send(channel.plan())
    minutes(channel, 60)
    assert (channel.state(), channel.zalo.texts()) == ("unknown", ["Tin trước"])
    channel.zalo.faults["conversation"].clear()
    minutes(channel, 4)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


@pytest.mark.parametrize("package", [False, True])
def test_an_outage_of_half_a_minute_loses_no_reply(channel: Channel, *, package: bool) -> None:
    """Zalo answers 500 to forty citizens who go on writing. All of them get every reply once, in order."""
    channel.zalo.package = package
    users = [str(1000 + number) for number in range(40)]
    for user in users:
        citizen = Citizen(zalo_id=user, last_interaction_at=channel.clock.now())
        channel.store.create(citizen_path(pseudonym(ID_KEY, user)), citizen.stored())
    echoed = 1
    for turn in range(3):
        for user in users:
            channel.clock.advance(milliseconds=500)
            channel.zalo.faults["cs"] = [answer(500)] if 10 <= turn * 20 + int(user) % 1000 / 2 < 40 else []
            channel.send(channel.plan(f"{user}-{turn}", f"Tin {turn}", citizen=pseudonym(ID_KEY, user)))
            if len(channel.zalo.sent) > echoed:
                channel.settle(channel.echo())
                echoed = len(channel.zalo.sent)
    channel.zalo.faults["cs"] = []
    for _ in range(4):
        for number in range(echoed, len(channel.zalo.sent)):
            channel.settle(channel.echo(number))
        echoed = len(channel.zalo.sent)
        later_echo(channel)
        minutes(channel, 1)
    for user in users:
        assert [text for item, text, _ in channel.zalo.sent if item == user] == ["Tin 0", "Tin 1", "Tin 2"]


def test_claim_with_a_lost_response_is_ours(channel: Channel) -> None:
    channel.plan()
    channel.store.crash = "after"
    channel.send("n1")
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


@pytest.mark.parametrize("where", ["before batch", "after batch"])
def test_record_with_a_lost_response_continues_with_the_next_part(channel: Channel, where: str) -> None:
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(200))

    def then_lose(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        channel.store.crash = where
        return act()

    channel.zalo.faults["cs"] = [then_lose]
    channel.send(channel.plan(text=text))
    assert (channel.state(), " ".join(channel.zalo.texts()[1:])) == ("sent", text)


def test_record_sees_simultaneous_changes(channel: Channel) -> None:
    """The echo of the first part is stored before our own record, which keeps it."""
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(200))

    def then_echo(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        answer = act()
        channel.settle(channel.echo())
        return answer

    channel.zalo.faults["cs"] = [then_echo]
    channel.send(channel.plan(text=text))
    channel.clock.advance(minutes=2)
    channel.sweep()
    assert (channel.state(), " ".join(channel.zalo.texts()[1:])) == ("sent", text)
    assert channel.notice().message_ids == ["zm1", "zm2", "zm3"]


def killed_after_its_claim(channel: Channel) -> None:
    channel.zalo.faults["cs"] = [killed]
    with pytest.raises(KilledError):
        channel.send(channel.plan())
    assert channel.state() == "sending"


def test_crash_before_the_call_loses_no_reply(channel: Channel) -> None:
    channel.zalo.package = True
    killed_after_its_claim(channel)
    minutes(channel, 1)
    assert (channel.state(), channel.zalo.texts()) == ("sent", ["Tin trước", "Xin chào"])


@pytest.mark.parametrize("phase", range(0, 120, 7))
@pytest.mark.parametrize(("package", "within"), [(True, 90), (False, 180)])
def test_a_death_before_the_call_holds_up_the_next_reply_shortly(
    channel: Channel, phase: int, within: int, *, package: bool
) -> None:
    """Other citizens write meanwhile. A sweep that ran slightly early once cost another minute."""
    channel.zalo.package = package
    channel.clock.at = channel.clock.at.replace(second=0, microsecond=0) + timedelta(minutes=2)
    second = 0

    def until(end: int) -> None:
        nonlocal second
        while second < end:
            second += 1
            channel.clock.advance(seconds=1)
            if second % 10 == 5:
                later_echo(channel)
            if second % 120 in {0, 59}:
                channel.sweep()

    until(phase)
    killed_after_its_claim(channel)
    until(phase + 5)
    channel.send(channel.plan("n2", "Trả lời 2"))
    until(phase + within)
    assert channel.zalo.texts() == ["Tin trước", "Xin chào", "Trả lời 2"]


def test_nobody_calls_once_the_claim_is_old(channel: Channel) -> None:
    """A sender that gets its token slowly leaves the call to a later attempt, because its lease may be over."""
    channel.zalo.access_token = "someone-elses"

    def slow(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        channel.clock.advance(seconds=16)
        return act()

    channel.zalo.faults["access_token"] = [slow]
    channel.send(channel.plan())
    assert (channel.state(), channel.notice().error, len(channel.zalo.sent)) == ("waiting", "late", 1)
    minutes(channel, 1)
    assert channel.state() == "sent"


@pytest.mark.parametrize("fault", [unheard, no_connection], ids=["unknown", "refused"])
@pytest.mark.parametrize("names", [False, True], ids=["a question", "a petition's code"])
def test_an_outdated_question_is_not_asked_after_a_newer_answer(channel: Channel, fault: Fault, *, names: bool) -> None:
    about = {"code": "HN-261123-0000-0001", "seq": 0} if names else None
    channel.zalo.faults["cs"] = [fault] * 9
    channel.send(channel.plan("n1", "Hỏi 1", about=about))
    while channel.zalo.faults["cs"] and channel.notice("n1").next_attempt_at:
        minutes(channel, 1)
        if fault is no_connection and channel.notice("n1").attempt.number > 2:  # type: ignore[union-attr]
            break
        if fault is unheard and channel.clock.now() > channel.notice("n1").created_at + timedelta(minutes=3):
            break
    channel.zalo.faults["cs"].clear()
    channel.store.update(f"citizens/{WHO}", {"last_interaction_at": channel.clock.now()})
    channel.send(channel.plan("n2", "Trả lời 2"))
    assert channel.zalo.texts()[1:] == ["Trả lời 2"]
    channel.settle(channel.echo())
    for _ in range(12):
        minutes(channel, 1)
        later_echo(channel)
    assert channel.zalo.texts()[1:] == (["Trả lời 2", "Hỏi 1"] if names else ["Trả lời 2"])
    if not names:
        assert channel.state("n1") == ("unknown" if fault is unheard else "cancelled")
    assert {user for user, _, _ in channel.zalo.sent} == {USER}


@pytest.mark.parametrize("code", [-200, -209, -216])
@pytest.mark.parametrize("tries", [1, 2, 4])
def test_a_refused_question_comes_before_the_next_reply_or_never(channel: Channel, code: int, tries: int) -> None:
    """Regression test: in seed 239 of the simulation, the question came a quarter of an hour after the reply."""
    channel.zalo.faults["cs"] = [refuse(code)] * (2 * tries if code == -216 else tries)
    channel.send(channel.plan("n1", "Hỏi 1"))
    minutes(channel, tries - 1)
    assert channel.notice("n1").next_attempt_at == channel.clock.now() + timedelta(minutes=1)
    channel.clock.advance(seconds=5)
    channel.send(channel.plan("n2", "Trả lời 2"))
    minutes(channel, 3)
    assert channel.zalo.texts()[1:] == ["Hỏi 1", "Trả lời 2"][tries == 4 :]
    assert channel.state("n1") == ("cancelled" if tries == 4 else "sent")


def test_reply_waits_for_an_earlier_one_with_a_crashed_sender(channel: Channel) -> None:
    """Regression test: in seed 5023 of the simulation, the later reply was sent before the earlier one."""
    channel.zalo.package = True
    killed_after_its_claim(channel)
    channel.clock.advance(minutes=1)
    channel.send(channel.plan("n2", "Trả lời 2"))
    minutes(channel, 2)
    assert channel.zalo.texts() == ["Tin trước", "Xin chào", "Trả lời 2"]


def test_question_with_a_crashed_sender_is_outdated_by_a_later_reply(channel: Channel) -> None:
    """Regression test: in seed 1092 of the simulation, no sweep ran for a while and the older state came last."""
    killed_after_its_claim(channel)
    channel.clock.advance(minutes=20)
    channel.send(channel.plan("n2", "Trả lời 2"))
    minutes(channel, 12)
    assert (channel.state(), channel.zalo.texts()) == ("unknown", ["Tin trước", "Trả lời 2"])


def test_a_retry_that_fails_as_well_is_the_next_deliverys(channel: Channel) -> None:
    channel.plan()

    def die(_self: FakeStore, _where: str) -> None:
        raise Retryable("down", reason="firestore")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FakeStore, "_die", die)
        with pytest.raises(Retryable):
            channel.send("n1")
    channel.send("n1")
    assert channel.state() == "sent"
