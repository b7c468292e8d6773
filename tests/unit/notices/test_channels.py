"""A notice tries one channel after the other, in the order of notices, and never two channels at once."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.notices.channels import AccountTerms, ZaloTemplate
from petitions.domain.notices.notice import About, notice_path
from petitions.domain.petition.petition import petition_path
from petitions.domain.shared.records import HANOI
from petitions.usecases.notices.sending_limits import set_switch
from tests.unit.notices.channel import USER, WHO, Channel, Fault, KilledError, killed, no_answer, refuse
from tests.unit.world import World

TERMS = AccountTerms(
    templates={
        "answered": ZaloTemplate(id="t-answered", tag=1, fields={"code": 30, "answer": 60}),
        "accepted": ZaloTemplate(id="t-accepted", tag=2, fields={"code": 30}),
        "digest": ZaloTemplate(id="t-digest", tag=1, fields={"overdue": 19}),
    },
    link="https://pakn.example.vn",
)
FIGURES = {"code": "HN-1", "answer": "Đã kiểm tra"}


@pytest.fixture
def channel() -> Channel:
    channel = Channel(terms=TERMS)
    channel.tokens.current()
    return channel


def silent_for(channel: Channel, **span: float) -> None:
    channel.store.update(citizen_path(WHO), {"last_interaction_at": channel.clock.now() - timedelta(**span)})


def writes(channel: Channel) -> None:
    channel.store.update(citizen_path(WHO), {"last_interaction_at": channel.clock.now()})
    for notice_id in untold(channel):
        channel.send(notice_id)


def untold(channel: Channel) -> list[str]:
    return list(channel.store.documents[citizen_path(WHO)].get("untold", []))


def result(channel: Channel, notice_id: str = "n1", kind: str = "answered", **more: Any) -> str:
    return channel.plan(notice_id, "Sở trả lời", kind, template=FIGURES, **more)


def test_a_result_after_the_window_goes_by_template(channel: Channel) -> None:
    silent_for(channel, days=9)
    channel.send(result(channel))
    assert channel.zalo.templates == [(USER, "t-answered", FIGURES)]
    notice = channel.notice()
    assert (notice.state, notice.route, channel.zalo.sent) == ("sent", "template_user", [])
    assert notice.reasons == {"cs_free": "window closed", "cs_paid": "not funded", "template_user": "open"}


def test_a_window_that_zalo_finds_closed_leads_to_the_next_channel_at_once(channel: Channel) -> None:
    channel.zalo.faults["cs"] = [refuse(-230)]
    channel.send(result(channel))
    assert (channel.state(), channel.zalo.calls) == ("sent", 2)
    assert channel.zalo.templates[0][0] == USER
    assert channel.notice().closed == ["cs_free", "cs_paid"]


def test_a_template_that_user_ids_cannot_get_goes_by_phone(channel: Channel) -> None:
    petition = World(store=channel.store, clock=channel.clock).files()
    channel.store.update(petition_path(petition.code), {"state": "answered"})
    channel.clock.advance(minutes=11)  # the replies of its filing are not in the way
    silent_for(channel, days=9)
    channel.zalo.faults["template"] = [refuse(-249)]
    channel.send(result(channel, about=About(code=petition.code, seq=2)))
    assert channel.state() == "sent"
    assert [to for to, _, _ in channel.zalo.templates] == ["84912345678"]


def test_undeliverable_notice_waits_until_the_citizen_writes(channel: Channel) -> None:
    silent_for(channel, days=3)
    channel.send(result(channel, kind="extended"))
    assert (channel.state(), channel.notice().waits_for, untold(channel)) == ("waiting", "citizen", ["n1"])
    assert "next_attempt_at" not in channel.store.documents[notice_path("n1")]
    channel.send("n1")
    channel.clock.advance(hours=14)  # by night too: they are awake
    channel.sweep()
    assert channel.zalo.sent == []
    writes(channel)
    assert (channel.state(), channel.zalo.texts(), untold(channel)) == ("sent", ["Sở trả lời"], [])
    writes(channel)
    assert len(channel.zalo.sent) == 1


@pytest.mark.parametrize("code", [-227, -244, -218])
def test_unreachable_citizen_is_notified_at_the_next_message(channel: Channel, code: int) -> None:
    channel.zalo.faults["cs"] = [refuse(code)]
    channel.send(result(channel))
    assert (channel.state(), channel.notice().error, untold(channel)) == ("waiting", str(code), ["n1"])
    assert channel.zalo.templates == []
    writes(channel)
    assert channel.state() == "sent"


def test_template_with_a_lost_response_is_repeated_at_the_next_contact(channel: Channel) -> None:
    silent_for(channel, days=9)
    channel.zalo.faults["template"] = [no_answer]
    channel.send(result(channel))
    for _ in range(30):
        channel.clock.advance(minutes=1)
        channel.sweep()
    assert (channel.state(), len(channel.zalo.templates), untold(channel)) == ("unknown", 1, ["n1"])
    writes(channel)
    assert (channel.state(), channel.zalo.texts(), untold(channel)) == ("sent", ["Sở trả lời"], [])
    assert len(channel.zalo.templates) == 1
    assert channel.notice().repeated


def test_a_receipt_by_tracking_id_is_evidence(channel: Channel) -> None:
    channel.store.create("officers/o1", {"id": "o1", "phone": "0912345678"})
    more = {"citizen": None, "officer": "o1", "template": {"overdue": "3"}}
    channel.zalo.faults["template"] = [no_answer]
    channel.send(channel.plan("digest-1", "x", "digest", **more))
    assert channel.state("digest-1") == "unknown"
    at = str(int(channel.clock.now().timestamp() * 1000))
    message = {"delivery_time": at, "msg_id": "z9", "tracking_id": "digest-1"}
    event = {"event_name": "user_received_message", "sender": {"id": "oa-1"}, "timestamp": at, "message": message}
    for _ in range(2):
        channel.settle({**event, "recipient": {"id": "84912345678"}})
    assert (channel.state("digest-1"), channel.notice("digest-1").message_ids) == ("sent", ["z9"])


@pytest.mark.parametrize(
    ("tracking_id", "unmatched"),
    [("../petitions/x", False), ("n" * 49, False), ("n" * 48, True), ("unheard-of", True), ("n1", False)],
)
def test_other_tracking_ids_change_nothing(
    channel: Channel, capsys: pytest.CaptureFixture[str], tracking_id: str, *, unmatched: bool
) -> None:
    """One that may be ours but is not known is counted."""
    channel.plan()
    message = {"msg_id": "z9", "tracking_id": tracking_id}
    event = {"event_name": "user_received_message", "timestamp": "1", "message": message}
    before = dict(channel.store.documents)
    channel.settle(event)
    assert channel.store.documents == before
    assert ('"receipt_unmatched"' in capsys.readouterr().out) == unmatched


def test_a_digest_goes_by_template_too_when_the_officer_has_a_phone(channel: Channel) -> None:
    channel.store.create("officers/o1", {"id": "o1", "email": "thinh.nv@sxd.example.vn", "phone": "0912345678"})
    more = {"channel": "email", "citizen": None, "officer": "o1", "subject": "s", "template": {"overdue": "3"}}
    channel.send(channel.plan("d1", "Việc hôm nay", "digest", **more))
    channel.send("d1")
    assert (len(channel.mailer.sent), channel.zalo.templates) == (1, [])
    twin = channel.notice("d1-zalo")
    assert (twin.channel, twin.state, twin.next_attempt_at) == ("zalo", "waiting", channel.clock.now())
    assert (twin.attempt, twin.sent_at, twin.route) == (None, None, None), "of the mail's sending nothing is taken over"
    assert (twin.message_ids, twin.reasons, twin.repeated) == ([], {}, False)
    channel.sweep()
    channel.sweep()
    assert channel.zalo.templates == [("84912345678", "t-digest", {"overdue": "3"})]
    assert (channel.state("d1-zalo"), len(channel.mailer.sent)) == ("sent", 1)


@pytest.mark.parametrize(
    ("fault", "state", "error"),
    [
        (refuse(-118), "waiting", "phone-118"),
        (refuse(-144), "waiting", "phone-144"),
        (refuse(-124), "sent", None),
        (refuse(-100), "waiting", "phone-100"),
        (refuse(-1123), "undeliverable", "phone-1123"),
    ],
)
def test_numbers_by_phone_mean_other_things(channel: Channel, fault: Fault, state: str, error: str | None) -> None:
    silent_for(channel, days=9)
    channel.zalo.faults["template"] = [fault]
    contact = {"name": "Lan", "phone": "0912345678"}
    channel.store.update(citizen_path(WHO), {"contact": contact})
    channel.send(result(channel, closed=["template_user"]))
    assert (channel.state(), channel.notice().error) == (state, error)
    assert channel.zalo.refreshes == (2 if state == "sent" else 1)


def test_unsolicited_notice_waits_for_the_morning(channel: Channel) -> None:
    channel.clock.at = datetime(2026, 11, 24, 22, 30, tzinfo=HANOI).astimezone(UTC)
    silent_for(channel, hours=1)
    channel.send(result(channel))
    channel.send(channel.plan("n2", "Tôi đã ghi lại", "reply"))
    assert (channel.state(), channel.zalo.texts()) == ("waiting", ["Tôi đã ghi lại"])
    morning = datetime(2026, 11, 25, 7, 0, tzinfo=HANOI).astimezone(UTC)
    assert channel.notice().next_attempt_at == morning
    channel.clock.at = morning
    channel.sweep()
    assert channel.state() == "sent"


@pytest.mark.parametrize("kind", ["answered", "supplement_asked", "accepted", "extended", "rating_asked"])
def test_outdated_notice_is_cancelled(channel: Channel, kind: str) -> None:
    petition = World(store=channel.store, clock=channel.clock).files()
    about = About(code=petition.code, seq=2)
    silent_for(channel, days=3)
    channel.send(result(channel, kind=kind, about=about, closed=["template_user", "template_phone"]))
    before = channel.state()
    channel.store.update(petition_path(petition.code), {"state": "withdrawn"})
    writes(channel)
    channel.send("n1")
    assert before in {"waiting", "cancelled"}
    assert (channel.state(), untold(channel), channel.zalo.sent) == ("cancelled", [], [])


def test_notice_planned_before_an_erasure_is_dropped(channel: Channel) -> None:
    channel.plan("before")
    channel.clock.advance(minutes=1)
    channel.store.update(citizen_path(WHO), {"erased_at": channel.clock.now()})
    channel.clock.advance(minutes=1)
    channel.plan("after", "Dữ liệu đã được xóa")
    channel.send("before")
    channel.send("after")
    assert (channel.state("before"), channel.notice("before").error) == ("cancelled", "erased")
    assert channel.zalo.texts() == ["Dữ liệu đã được xóa"]


def test_erased_citizen_gets_no_notice_about_a_kept_petition(channel: Channel) -> None:
    petition = World(store=channel.store, clock=channel.clock).files()
    about = About(code=petition.code, seq=2)
    channel.clock.advance(minutes=11)  # the replies of its filing are not in the way
    channel.store.update(citizen_path(WHO), {"erased_at": channel.clock.now()})
    channel.clock.advance(minutes=1)
    channel.send(channel.plan(kind="reassigned", about=about))
    assert (channel.state(), channel.notice().error, channel.zalo.sent) == ("cancelled", "erased", [])
    writes(channel)
    channel.send(channel.plan("n2", kind="reassigned", about=about))
    assert channel.state("n2") == "sent"


def test_erased_citizen_gets_no_notice_about_a_file(channel: Channel) -> None:
    channel.plan()  # somebody is known
    channel.clock.advance(minutes=11)
    channel.store.update(citizen_path(WHO), {"erased_at": channel.clock.now()})
    channel.clock.advance(minutes=1)
    channel.send(channel.plan("late", kind="attachment"))
    assert (channel.state("late"), channel.notice("late").error, channel.zalo.sent) == ("cancelled", "erased", [])
    writes(channel)
    channel.send(channel.plan("again", kind="attachment"))
    assert channel.state("again") == "sent"


def test_the_switch_pauses_everything(channel: Channel) -> None:
    assert set_switch(channel.store, channel.clock, paused=True)
    assert not set_switch(channel.store, channel.clock, paused=True)
    channel.send(channel.plan("n1"))
    channel.send(channel.plan_mail("n2"))
    for _ in range(5):
        channel.clock.advance(minutes=1)
        channel.sweep()
    assert (channel.zalo.sent, channel.mailer.sent) == ([], [])
    assert {channel.notice(item).error for item in ("n1", "n2")} == {"paused"}
    assert set_switch(channel.store, channel.clock, paused=False)
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert (channel.state("n1"), channel.state("n2")) == ("sent", "sent")


def test_a_burst_beyond_the_minutes_share_drains_in_order(channel: Channel) -> None:
    channel.budget.calls = 4
    notices = []
    for number in range(10):
        channel.clock.advance(seconds=0.001)
        notices.append(channel.plan(f"n{9 - number}", f"Tin {number}"))
    for notice_id in notices:
        channel.send(notice_id)
    drained = [len(channel.zalo.sent)]
    while drained[-1] < len(notices):
        channel.clock.advance(minutes=1)
        channel.sweep()
        drained.append(len(channel.zalo.sent))
        assert len(drained) < 10
    assert channel.zalo.texts() == [f"Tin {number}" for number in range(10)]
    assert drained == [4, 8, 10]


def test_one_instance_alone_may_use_the_whole_minute(channel: Channel) -> None:
    """Zalo counts the remaining calls of all senders. Only those of other senders are reserved (PLATFORM 5.4)."""
    channel.zalo.allowed = 30
    channel.budget.reserve = 8
    for number in range(40):
        channel.clock.advance(seconds=0.001)
        channel.send(channel.plan(f"n{number:02}", f"Tin {number:02}"))
    assert len(channel.zalo.sent) == 22
    for number in range(3):
        other = channel.twin()
        other.send(other.plan(f"o{number}", f"Tin o{number}", citizen=WHO))
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.zalo.texts() == [*(f"Tin {number:02}" for number in range(40)), "Tin o0", "Tin o1", "Tin o2"]
    assert channel.zalo.too_many == 0


def test_budget_of_the_last_minute_does_not_close_this_one(channel: Channel) -> None:
    began = channel.clock.now()
    channel.clock.advance(minutes=1)
    channel.budget.take_over(0, began)
    assert channel.budget.is_open()
    channel.budget.take_over(0, channel.clock.now())
    assert not channel.budget.is_open()


def test_zalos_limit_closes_the_minute_for_all(channel: Channel) -> None:
    channel.zalo.faults["cs"] = [refuse(-32)]
    channel.send(channel.plan("n1", "Một"))
    channel.send(channel.plan("n2", "Hai", citizen="f" * 32))
    channel.send(channel.plan("n3", "Ba"))
    assert channel.zalo.calls == 1
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert channel.zalo.texts() == ["Một", "Ba"]


def test_missing_money_raises_an_alert_and_the_next_channel_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paid = Channel(terms=AccountTerms(True, TERMS.templates, TERMS.link))
    paid.tokens.current()
    silent_for(paid, days=3)
    paid.zalo.faults["cs"] = [refuse(-320)]
    paid.send(result(paid))
    assert (paid.state(), paid.notice().route, paid.notice().closed) == ("sent", "template_user", ["cs_paid"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["error"] for line in lines if line["severity"] == "CRITICAL"] == ["-320"]


def forgets(channel: Channel) -> str:
    return channel.plan("profile-1", "", "profile_erased", channel="profile")


def test_zalo_is_asked_to_forget_at_night_and_long_after_the_window(channel: Channel) -> None:
    silent_for(channel, days=40)
    channel.clock.at = datetime(2026, 11, 24, 23, 30, tzinfo=HANOI).astimezone(UTC)
    channel.send(forgets(channel))
    assert (channel.state("profile-1"), channel.zalo.forgotten, channel.zalo.sent) == ("sent", [USER], [])


@pytest.mark.parametrize(
    ("fault", "states"),
    [
        (no_answer, ["waiting", "sent"]),
        (refuse(-32), ["waiting", "sent"]),
        (refuse(-216), ["sent", "sent"]),
        (refuse(-213), ["undeliverable", "undeliverable"]),
        (refuse(-230), ["undeliverable", "undeliverable"]),
    ],
)
def test_deletion_request_to_zalo_is_retried_if_useful(channel: Channel, fault: Fault, states: list[str]) -> None:
    channel.zalo.faults["deletefollowerinfo"] = [fault] * (1 if states[-1] == "sent" else 99)
    channel.send(forgets(channel))
    first = channel.state("profile-1")
    channel.clock.advance(minutes=1)
    channel.sweep()
    assert [first, channel.state("profile-1")] == states
    assert untold(channel) == []
    assert len(channel.zalo.faults["deletefollowerinfo"]) in {0, 98}


def test_processes_that_died_while_zalo_was_asked_ask_again_however_many(channel: Channel) -> None:
    forgets(channel)
    channel.zalo.faults["deletefollowerinfo"] = [killed] * 3
    with pytest.raises(KilledError):
        channel.send("profile-1")
    for _ in range(45):
        channel.clock.advance(minutes=1)
        with suppress(KilledError):
            channel.sweep()
    assert (channel.state("profile-1"), channel.zalo.forgotten) == ("sent", [USER])


def test_a_template_that_zalo_refuses_for_the_window_is_not_sent_for_ever(channel: Channel) -> None:
    silent_for(channel, days=9)
    channel.zalo.faults["template"] = [refuse(-230)] * 99
    channel.send(result(channel))
    assert (channel.state(), channel.notice().waits_for, channel.notice().closed) == (
        "waiting",
        "citizen",
        ["template_user"],
    )
    assert len(channel.zalo.faults["template"]) == 98
