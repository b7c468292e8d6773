"""Zalo's echo of a message settles its notice once, early or late.

Without an echo, only an answer is sent again.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from petitions.errors import Permanent
from petitions.ports.store import Document, Query
from petitions.usecases.notices import sent_messages
from petitions.usecases.notices.sent_messages import SentMessages
from tests.unit.notices.channel import Channel, no_answer, refuse


@pytest.fixture
def channel() -> Channel:
    return Channel()


def lose_the_answer(channel: Channel, kind: str = "answered", text: str = "Sở đã trả lời") -> None:
    channel.tokens.current()
    channel.zalo.faults["cs"] = [no_answer]
    channel.send(channel.plan(text=text, kind=kind))
    assert channel.state() == "unknown"


def test_an_echo_settles_an_unknown_sending(channel: Channel) -> None:
    lose_the_answer(channel)
    channel.clock.advance(minutes=5)
    for _ in range(2):
        channel.settle(channel.echo())
    notice = channel.notice()
    assert (notice.state, notice.message_ids, notice.next_attempt_at) == ("sent", ["zm0"], None)
    channel.clock.advance(minutes=30)
    channel.sweep()
    assert len(channel.zalo.sent) == 1


def test_each_step_of_a_notice_is_logged_with_what_explains_it(
    channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    channel.tokens.current()
    channel.zalo.faults["cs"] = [refuse(-200), no_answer]
    channel.send(channel.plan(kind="answered"))
    channel.clock.advance(minutes=1)
    channel.sweep()
    for _ in range(2):
        channel.settle(channel.echo())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    about = {"notice": "n1", "kind": "answered"}
    sent = about | {"channel": "zalo", "route": "cs_free"}
    assert [line for line in lines if str(line.get("metric")).startswith("notice_")] == [
        sent | {"severity": "INFO", "message": "notice", "metric": "notice_waiting", "error": "-200"}
        | {"description": "refused"},
        sent | {"severity": "WARNING", "message": "notice", "metric": "notice_unknown", "error": "no_answer"}
        | {"description": None},
        about | {"severity": "INFO", "message": "count", "metric": "notice_settled", "state": "sent"},
    ]  # fmt: skip


def test_an_echo_in_another_normal_form_is_the_same(channel: Channel) -> None:
    lose_the_answer(channel)
    echo = channel.echo()
    echo["message"]["text"] = unicodedata.normalize("NFD", echo["message"]["text"])
    channel.settle(echo)
    assert channel.state() == "sent"


@pytest.mark.parametrize("difference", ["text", "user", "time", "officer", "kind"])
def test_other_echoes_are_no_evidence(channel: Channel, difference: str) -> None:
    lose_the_answer(channel)
    echo = channel.echo()
    if difference == "text":
        echo["message"]["text"] += "."
    elif difference == "user":
        echo["recipient"]["id"] = "999"
    elif difference == "time":
        echo["timestamp"] = str(int(echo["timestamp"]) + 601_000)
    elif difference == "officer":
        echo["sender"]["admin_id"] = "1"
    else:
        echo["event_name"] = "oa_send_image"
    channel.settle(echo)
    assert channel.state() == "unknown"


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("sentences", [1, 200])
def test_an_echo_may_come_before_the_answer(channel: Channel, sentences: int, *, lost: bool) -> None:
    """If the echo of the first part comes early, the remaining parts of a long text are still sent once."""

    def early(request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        response = act()
        channel.settle(channel.echo())
        if lost:
            raise httpx.ReadTimeout("no answer", request=request)
        return response

    channel.tokens.current()
    channel.zalo.faults["cs"] = [early] * 10
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(sentences))
    channel.send(channel.plan(text=text))
    for _ in range(5):
        channel.sweep()
    assert channel.state() == "sent"
    assert " ".join(channel.zalo.texts()) == text
    assert channel.notice().message_ids == [message_id for _, _, message_id in channel.zalo.sent]


def test_the_echo_of_a_sent_twin_is_no_evidence_for_the_lost_one(channel: Channel) -> None:
    channel.send(channel.plan("n0", "Đã ghi lại"))
    channel.zalo.faults["cs"] = [lambda request, _act: no_answer(request, lambda: httpx.Response(200))]
    channel.send(channel.plan("n1", "Đã ghi lại"))
    channel.settle(channel.echo(0))
    assert (channel.state("n0"), channel.state("n1")) == ("sent", "unknown")


def test_of_two_open_twins_the_later_one_is_meant(channel: Channel) -> None:
    channel.tokens.current()
    channel.zalo.faults["cs"] = [lambda request, _act: no_answer(request, lambda: httpx.Response(200)), no_answer]
    channel.send(channel.plan("n0", "Đã ghi lại"))
    channel.clock.advance(minutes=3)
    channel.send(channel.plan("n1", "Đã ghi lại"))
    channel.settle(channel.echo(0))
    assert (channel.state("n0"), channel.state("n1")) == ("unknown", "sent")


def test_an_answer_without_evidence_goes_once_more(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    lose_the_answer(channel)
    channel.zalo.faults["cs"] = [no_answer]
    for _ in range(40):
        channel.clock.advance(minutes=1)
        channel.sweep()
    channel.clock.advance(days=1)
    channel.sweep()
    assert channel.zalo.texts() == ["Sở đã trả lời"] * 2
    assert (channel.state(), channel.notice().repeated, channel.notice().next_attempt_at) == ("unknown", True, None)
    metrics = [json.loads(line).get("metric") for line in capsys.readouterr().out.splitlines()]
    assert metrics.count("notice_repeated") == 1
    assert metrics.count("notice_stays_unknown") == 1


def test_other_kinds_are_not_repeated_but_late_evidence_counts(channel: Channel) -> None:
    lose_the_answer(channel, kind="reply")
    for _ in range(20):
        channel.clock.advance(minutes=1)
        channel.sweep()
    assert (channel.state(), len(channel.zalo.sent)) == ("unknown", 1)
    channel.settle(channel.echo())
    assert channel.state() == "sent"


def test_other_receipts_are_counted(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.dumps(channel.store.documents, default=str)
    names = ["user_received_message", "user_seen_message", "change_oa_daily_quota", "something_new", "oa_send_list"]
    for name in names:
        channel.settle({"event_name": name, "timestamp": "1", "message": {"msg_id": "nobody-knows"}})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event_name"] for line in lines if line["metric"] == "receipt"] == names
    assert [line["event_name"] for line in lines if line["metric"] == "receipt_unmatched"] == []
    assert json.dumps(channel.store.documents, default=str) == before


def test_the_echo_of_a_message_that_this_process_has_sent_is_not_looked_up(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.send(channel.plan())
    before, find = dict(channel.store.documents), channel.store.find
    looked: list[Query] = []

    def counted(query: Query) -> list[Document]:
        looked.append(query)
        return find(query)

    monkeypatch.setattr(channel.store, "find", counted)
    channel.settle(channel.echo())
    assert looked == []
    channel.twin().settle(channel.echo())
    assert len(looked) == 1
    assert channel.store.documents | before == channel.store.documents


def test_the_oldest_of_the_sent_messages_are_forgotten() -> None:
    sent = SentMessages()
    for number in range(sent_messages.MOST + 1):
        sent.add(str(number))
    assert "0" not in sent
    assert "1" in sent
    assert str(sent_messages.MOST) in sent


def receipt(channel: Channel, name: str, **message: Any) -> dict[str, Any]:
    at = str(int(channel.clock.now().timestamp() * 1000))
    return {"event_name": name, "sender": {"id": "oa-1"}, "recipient": {"id": "7"}, "message": message, "timestamp": at}


def test_receipts_and_reactions_change_nothing(channel: Channel) -> None:
    """Ignoring these events saves a write for each."""
    channel.send(channel.plan())
    before = dict(channel.store.documents)
    channel.settle(receipt(channel, "user_received_message", msg_id="zm0", delivery_time="1"))
    channel.settle(receipt(channel, "user_received_message", msg_id="zm0", delivery_time="1", tracking_id="n1"))
    channel.settle(receipt(channel, "user_seen_message", msg_ids=["zm0", "of-someone-else"]))
    channel.settle(receipt(channel, "user_reacted_message", msg_id="zm0", react_icon="/-heart"))
    channel.settle(receipt(channel, "oa_reacted_message", msg_id="zm0", react_icon="/-strong"))
    assert channel.store.documents == before
    assert (channel.state(), len(channel.zalo.sent)) == ("sent", 1)


@pytest.mark.parametrize("raw", [{}, {"event_name": "user_seen_message", "timestamp": "1", "message": 7}])
def test_a_receipt_in_an_unknown_form_is_a_dead_letter(channel: Channel, raw: dict[str, Any]) -> None:
    with pytest.raises(Permanent):
        channel.settle(raw)


def test_a_strange_echo_is_a_dead_letter(channel: Channel) -> None:
    with pytest.raises(Permanent):
        channel.settle({"event_name": "oa_send_text", "recipient": {"id": 7}, "timestamp": "1"})
