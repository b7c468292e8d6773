"""Messages that cost money are counted with Zalo's remaining quota, with an alarm before it is used up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from petitions.domain.notices.channels import AccountTerms
from tests.unit.notices.channel import Channel, Fault
from tests.unit.notices.test_channels import TERMS, result, silent_for

ENDS = "zalo_quota_ends"


def with_quota(quota: Any) -> Fault:
    def act_and_say(_request: httpx.Request, act: Callable[[], httpx.Response]) -> httpx.Response:
        answer = act().json()
        return httpx.Response(200, json=answer | {"data": answer["data"] | {"quota": quota}})

    return act_and_say


def sent(capsys: pytest.CaptureFixture[str], *, days: float, quota: Any = None) -> list[dict[str, Any]]:
    channel = Channel(terms=AccountTerms(True, TERMS.templates, TERMS.link))
    channel.tokens.current()
    silent_for(channel, days=days)
    if quota is not None:
        channel.zalo.faults["cs" if days < 7 else "template"] = [with_quota(quota)]
    capsys.readouterr()
    channel.send(result(channel))
    assert channel.state() == "sent"
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if line.get("metric") in {"zalo_paid", ENDS}]


@pytest.mark.parametrize(
    ("days", "quota", "reason", "paid_by"),
    [
        (3, None, "cs_paid", "charged"),
        (3, {"quota_type": "purchase_quota", "remain": "90", "total": "100"}, "cs_paid", "purchase_quota"),
        (9, {"dailyQuota": "500", "remainingQuota": "499"}, "template_user", "template"),
        (9, "strange", "template_user", "charged"),
    ],
)
def test_a_message_that_is_paid_for_is_counted_by_its_route(
    capsys: pytest.CaptureFixture[str], days: float, quota: Any, reason: str, paid_by: str
) -> None:
    (line,) = sent(capsys, days=days, quota=quota)
    assert (line["metric"], line["reason"], line["quota"], line["notice"]) == ("zalo_paid", reason, paid_by, "n1")


def test_a_free_reply_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """The number of free replies left stays 8 of 8 for ever (PLATFORM 3.3)."""
    assert sent(capsys, days=1, quota={"quota_type": "reply", "remain": "8", "total": "8"}) == []


@pytest.mark.parametrize(("left", "ends"), [("50", False), ("49", True), ("0", True), ("-1", False), ("many", False)])
def test_quota_below_a_tenth_raises_an_alert(capsys: pytest.CaptureFixture[str], left: str, *, ends: bool) -> None:
    lines = sent(capsys, days=9, quota={"dailyQuota": "500", "remainingQuota": left})
    alarms = [line for line in lines if line["metric"] == ENDS]
    assert bool(alarms) is ends
    assert all(
        (line["severity"], line["reason"], line["left"]) == ("WARNING", "template", int(left)) for line in alarms
    )
