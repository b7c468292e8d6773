"""A notice is claimed by one instance and recorded once, with a treatment for every refusal."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from petitions.domain.language.texts import Texts
from petitions.domain.notices.notice import LEASE, About, notice_path
from petitions.domain.notices.sending import RESTORED
from petitions.domain.petition.petition import petition_path
from petitions.domain.shared.outcome import Outcome
from petitions.errors import NotFound
from petitions.ports.zalo import Delivery
from petitions.usecases.notices.sending_limits import set_switch
from tests.unit.notices.channel import (
    USER,
    Channel,
    Fault,
    KilledError,
    answer,
    killed,
    no_answer,
    no_connection,
    refuse,
)
from tests.unit.world import World


@pytest.fixture
def channel() -> Channel:
    return Channel()


def test_a_notice_is_sent_once(channel: Channel) -> None:
    notice_id = channel.plan()
    channel.send(notice_id)
    channel.send(notice_id)
    channel.sweep()
    assert channel.zalo.sent == [(USER, "Xin chào", "zm0")]
    notice = channel.notice()
    assert (notice.state, notice.message_ids, notice.sent_at) == ("sent", ["zm0"], channel.clock.now())
    assert "next_attempt_at" not in channel.store.documents[notice_path("n1")]


def test_twenty_senders_of_one_notice(channel: Channel) -> None:
    channel.plan()
    run = [threading.Thread(target=channel.twin().send, args=("n1",)) for _ in range(20)]
    for thread in run:
        thread.start()
    for thread in run:
        thread.join()
    assert len(channel.zalo.sent) == 1
    assert channel.state() == "sent"


def test_an_unknown_notice_is_a_dead_letter(channel: Channel) -> None:
    with pytest.raises(NotFound):
        channel.send("nothing")


def test_a_long_text_goes_in_parts_that_end_with_a_sentence(channel: Channel) -> None:
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(200))
    channel.send(channel.plan(text=unicodedata.normalize("NFD", text)))
    assert all(part.endswith(".") for part in channel.zalo.texts())
    assert len(channel.zalo.sent) > 2
    assert " ".join(channel.zalo.texts()) == text
    assert channel.notice().message_ids == [message_id for _, _, message_id in channel.zalo.sent]


def test_a_refused_part_goes_on_where_it_stopped(channel: Channel) -> None:
    text = " ".join(f"Câu thứ {number} của câu trả lời." for number in range(200))
    channel.send(channel.plan("before"))
    channel.zalo.faults["cs"] = [lambda _request, act: act(), refuse(-32)]
    channel.send(channel.plan(text=text))
    assert (channel.state(), len(channel.notice().message_ids)) == ("waiting", 1)
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.state() == "sent"
    assert " ".join(channel.zalo.texts()[1:]) == text


@pytest.mark.parametrize(
    ("fault", "state", "error", "pause"),
    [
        (refuse(-32), "waiting", "-32", timedelta(minutes=1)),
        (refuse(-200), "waiting", "-200", timedelta(minutes=1)),
        (refuse(-320), "waiting", "-320", timedelta(minutes=1)),
        (refuse(-99999), "waiting", "-99999", timedelta(minutes=1)),
        (refuse(-230), "undeliverable", "-230", None),
        (refuse(-227), "undeliverable", "-227", None),
        (refuse(-201), "undeliverable", "-201", None),
        (no_connection, "waiting", "connect", timedelta(minutes=1)),
        (answer(404, "empty api"), "waiting", "http_404", timedelta(minutes=1)),
        (answer(502), "unknown", "http_502", LEASE),
        (answer(200, "<html>"), "unknown", "not_json", LEASE),
        (answer(200, "{}"), "unknown", "not_an_answer", LEASE),
        (no_answer, "unknown", "no_answer", LEASE),
    ],
)
def test_each_class_of_error(channel: Channel, fault: Fault, state: str, error: str, pause: timedelta | None) -> None:
    channel.zalo.faults["cs"] = [fault]
    channel.send(channel.plan())
    notice = channel.notice()
    assert (notice.state, notice.error) == (state, error)
    assert notice.next_attempt_at == (None if pause is None else channel.clock.now() + pause)


def pauses_until_sent(channel: Channel, repair: Callable[[int], None]) -> list[int]:
    """Return the minutes between the attempts at the notice n1. `repair` gets the number of pauses so far."""
    pauses: list[int] = []
    while channel.state() == "waiting":
        due = channel.notice().next_attempt_at
        assert due is not None
        pauses.append((due - channel.clock.now()) // timedelta(minutes=1))
        repair(len(pauses))
        channel.clock.at = due
        channel.sweep()
    return pauses


@pytest.mark.parametrize(("code", "pauses"), [(-200, [1] * 20), (-216, [1] * 10), (-209, [1] * 15 + [15] * 5)])
def test_message_in_the_chat_is_tried_every_minute(channel: Channel, code: int, pauses: list[int]) -> None:
    channel.zalo.faults["cs"] = [refuse(code)] * 20
    channel.send(channel.plan())
    assert pauses_until_sent(channel, lambda _: None) == pauses
    assert len(channel.zalo.sent) == 1


def test_pauses_of_mails_grow(channel: Channel) -> None:
    def repair(number: int) -> None:
        channel.mailer.says = None if number == 9 else channel.mailer.says

    channel.mailer.says = Delivery(Outcome.REFUSED, error="connect")
    channel.send(channel.plan_mail())
    assert pauses_until_sent(channel, repair) == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(channel.mailer.sent) == 1


def test_configuration_is_for_a_person(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    channel.zalo.faults["cs"] = [refuse(-209)]
    channel.send(channel.plan(text="Bà Lan, 0912345678"))
    lines = capsys.readouterr().out
    records = [json.loads(line) for line in lines.splitlines()]
    (alarm,) = [line for line in records if line["severity"] == "CRITICAL"]
    assert (alarm["metric"], alarm["error"], alarm["description"]) == ("notice_waiting", "-209", "refused")
    assert "Lan" not in lines
    assert USER not in lines


def test_a_dead_access_token_costs_one_refresh(channel: Channel) -> None:
    channel.send(channel.plan("n0"))
    channel.zalo.access_token = "someone-elses"
    channel.send(channel.plan())
    assert channel.state() == "sent"
    assert channel.zalo.refreshes == 2


def test_no_citizen_no_message(channel: Channel) -> None:
    channel.send(channel.plan(citizen="f" * 32))
    assert (channel.state(), channel.notice().error) == ("undeliverable", "no_recipient")


def test_the_claim_survives_but_the_call_may_not_be_repeated_without_evidence(channel: Channel) -> None:
    channel.tokens.current()
    channel.zalo.faults["cs"] = [killed]
    with pytest.raises(KilledError):
        channel.send(channel.plan())
    channel.send("n1")
    assert (channel.state(), channel.zalo.sent) == ("sending", [])
    channel.clock.advance(seconds=41)
    channel.sweep()
    assert channel.state() == "unknown"
    channel.clock.advance(minutes=10)
    channel.sweep()
    channel.sweep()
    assert (channel.state(), channel.zalo.sent) == ("unknown", [])
    channel.clock.advance(days=1)
    channel.sweep()
    assert (channel.state(), channel.zalo.sent, channel.notice().next_attempt_at) == ("unknown", [], None)


def test_a_slow_sender_loses_the_right_to_record(channel: Channel) -> None:
    other = channel.twin()

    def slow(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        channel.clock.advance(minutes=12)
        other.sweep()  # lapsed: unknown
        other.sweep()  # an answer: once more
        return act()

    channel.send(channel.plan("n0"))
    channel.zalo.faults["cs"] = [slow]
    channel.send(channel.plan(kind="answered"))
    assert channel.state() == "sent"
    assert channel.notice().message_ids == ["zm1"]
    assert channel.notice().repeated


def test_a_late_refusal_does_not_free_a_notice_that_another_sender_has(channel: Channel) -> None:
    other = channel.twin()

    def late(_request: httpx.Request, _act: object) -> httpx.Response:
        channel.clock.advance(minutes=12)

        def dies(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
            act()
            raise KilledError

        channel.zalo.faults["cs"] = [dies]
        with pytest.raises(KilledError):
            other.sweep()
        return httpx.Response(200, json={"error": -32})

    channel.tokens.current()
    channel.zalo.faults["cs"] = [late]
    channel.send(channel.plan(kind="answered"))
    assert channel.state() == "sending"
    for _ in range(20):
        channel.clock.advance(minutes=1)
        channel.sweep()
    assert len(channel.zalo.sent) == 1
    assert channel.state() == "unknown"


NO_ANSWER = Delivery(Outcome.UNKNOWN, error="no_answer")


def minutes(channel: Channel, number: int) -> None:
    for _ in range(number):
        channel.clock.advance(minutes=1)
        channel.sweep()


@pytest.mark.parametrize("silent", [1, 2])
def test_mail_that_stays_unconfirmed_is_sent_once_more_with_a_mark(channel: Channel, silent: int) -> None:
    channel.mailer.says = NO_ANSWER
    channel.send(channel.plan_mail())
    minutes(channel, 9)
    assert (channel.state(), channel.notice().repeated) == ("unknown", False)
    channel.mailer.says = NO_ANSWER if silent == 2 else None
    minutes(channel, 30)
    channel.mailer.says = None
    minutes(channel, 30)
    marked = [
        (subject, text.endswith("\n\nSắp đến hạn"), text != "Sắp đến hạn") for _, subject, text in channel.mailer.sent
    ]
    assert marked == ([] if silent == 2 else [("[Gửi lại] Nhắc việc", True, True)])
    assert (channel.state(), channel.notice().repeated) == ("unknown" if silent == 2 else "sent", True)
    assert channel.notice().next_attempt_at is None


def test_mail_is_not_sent_again_before_the_texts_have_its_mark(channel: Channel) -> None:
    channel.mailer.says = NO_ANSWER
    channel.send(channel.plan_mail())
    channel.mailer.says = None
    marked = channel.send.texts
    object.__setattr__(channel.send, "texts", lambda: Texts({}))
    minutes(channel, 11)
    assert (channel.state(), channel.notice().error, channel.mailer.sent) == ("waiting", "texts", [])
    object.__setattr__(channel.send, "texts", marked)
    minutes(channel, 4)
    assert [subject for _, subject, _ in channel.mailer.sent] == ["[Gửi lại] Nhắc việc"]


def test_mail_of_unknown_outcome_from_a_backup_is_not_sent_again(channel: Channel) -> None:
    channel.mailer.says = NO_ANSWER
    channel.send(channel.plan_mail())
    channel.store.update("notices/n1", {"error": RESTORED})
    channel.mailer.says = None
    minutes(channel, 30)
    assert (channel.state(), channel.mailer.sent) == ("unknown", [])


def test_an_officer_gets_an_email(channel: Channel) -> None:
    channel.send(channel.plan_mail(text="Đến hạn. " * 500))
    assert channel.mailer.sent == [("thinh.nv@sxd.example.vn", "Nhắc việc", "Đến hạn. " * 500)]
    assert channel.state() == "sent"


@pytest.mark.parametrize(
    ("error", "state"),
    [("smtp_450", "waiting"), ("connect", "waiting"), ("smtp_auth", "waiting"), ("smtp_recipient", "undeliverable")],
)
def test_mail_server_refuses(channel: Channel, error: str, state: str) -> None:
    channel.mailer.says = Delivery(Outcome.REFUSED, error=error)
    channel.send(channel.plan_mail())
    assert channel.state() == state


@pytest.mark.parametrize("untrue", ["", "stopped", "moved", "gone"])
def test_a_reminder_is_true_or_cancelled(channel: Channel, untrue: str) -> None:
    petition = World(store=channel.store, clock=channel.clock).files()
    path = petition_path(petition.code)
    clock = channel.store.documents[path]["clocks"]["reception"]
    channel.plan_mail(about=About(code=petition.code, seq=1, clock="reception", due_version=1))
    if untrue == "gone":
        channel.store.transact(lambda tx: tx.delete(path))
    elif untrue:
        news: dict[str, Any] = {"due_version": 2} if untrue == "moved" else {"stopped_at": channel.clock.now()}
        channel.store.update(path, {"clocks": {"reception": {**clock, **news}}})
    channel.send("n1")
    assert channel.state() == ("cancelled" if untrue else "sent")
    assert len(channel.mailer.sent) == (0 if untrue else 1)
    assert channel.notice().next_attempt_at is None


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "sent"),
        ({"accused": "SXD"}, "cancelled"),
        ({"closed_with": ["SXD"]}, "cancelled"),
        ({"petition_class": "denunciation"}, "cancelled"),
    ],
)
def test_a_mail_about_a_petition_that_was_closed_to_its_reader_meanwhile_is_not_sent(
    channel: Channel, fields: dict[str, Any], state: str
) -> None:
    world = World()
    petition = world.files()
    channel.store.create(petition_path(petition.code), petition.stored() | fields)
    channel.plan_mail(about=About(code=petition.code, seq=1))
    channel.store.update("officers/o1", {"unit": "SXD"})
    channel.send("n1")
    assert channel.state() == state
    assert len(channel.mailer.sent) == (state == "sent")


def test_petition_closed_meanwhile_is_left_out_of_a_list(channel: Channel) -> None:
    world = World()
    first, second = world.files(), world.files("Đèn đường hỏng", user="777")
    for petition, fields in ((first, {"accused": "SXD"}), (second, {})):
        channel.store.create(petition_path(petition.code), petition.stored() | fields)
    text = f"■ Trả lời\n\n• Một\n{first.code}. Hạn\nhttps://x/{first.code}\n\n• Hai\n{second.code}. Hạn"
    channel.plan_mail(text=text)
    channel.store.update("officers/o1", {"unit": "SXD"})
    channel.store.update("notices/n1", {"mentions": [first.code, second.code]})
    channel.send("n1")
    assert channel.state() == "sent"
    assert channel.mailer.sent[0][2] == f"■ Trả lời\n\n• Hai\n{second.code}. Hạn"
    channel.plan("n2", text, "news", channel="email", citizen=None, officer="o1")
    channel.store.update("notices/n2", {"mentions": [first.code]})
    channel.send("n2")
    assert channel.state("n2") == "cancelled"


def test_a_mail_ends_with_its_page_of_the_desk(channel: Channel) -> None:
    channel.plan_mail(text="Có người cần liên hệ")
    channel.store.update("notices/n1", {"page": "/contacts#request-1"})
    channel.send("n1")
    assert channel.mailer.sent[0][2] == "Có người cần liên hệ\n\nhttps://desk.test/contacts#request-1"


@pytest.mark.parametrize("hold", ["paused", "minute_full"])
def test_an_answer_that_is_held_up_before_it_is_sent_once_more_stays_unknown_and_is_marked(
    channel: Channel, hold: str
) -> None:
    channel.zalo.faults["cs"] = [no_answer]
    channel.send(channel.plan(kind="answered"))
    assert channel.state() == "unknown"
    channel.clock.advance(minutes=11)
    if hold == "paused":
        set_switch(channel.store, channel.clock, paused=True)
    else:
        channel.budget.take_over(0, channel.clock.now())
    channel.send("n1")
    assert (channel.state(), channel.notice().repeated) == ("unknown", False)
    set_switch(channel.store, channel.clock, paused=False)
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert (channel.state(), channel.notice().repeated) == ("sent", True)
