from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from petitions.domain.notices.channels import (
    AccountTerms,
    RecipientReach,
    Route,
    ZaloTemplate,
    plan_channel,
    zalo_phone,
)
from petitions.domain.notices.notice import Notice
from petitions.domain.shared.quiet_hours import after_quiet_hours, next_morning
from petitions.domain.shared.records import HANOI

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=HANOI).astimezone(UTC)
NIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=HANOI).astimezone(UTC)
DAWN = datetime(2026, 11, 25, 7, 0, tzinfo=HANOI).astimezone(UTC)
TAG_1 = ZaloTemplate(id="1", tag=1, fields={"code": 30})
TAG_2 = ZaloTemplate(id="2", tag=2, fields={"code": 30})
FREE, PAID, BY_USER, BY_PHONE = Route.FREE, Route.PAID, Route.BY_USER, Route.BY_PHONE


def notice(kind: str = "answered", **more: Any) -> Notice:
    fields = {"channel": "zalo", "citizen": "c", "text": "Sở trả lời", "template": {"code": "HN"}, "created_at": NOON}
    return Notice.model_validate({"id": "n", "kind": kind, **fields, **more})


def reach(hours: float | None, **more: Any) -> RecipientReach:
    last = None if hours is None else NOON - timedelta(hours=hours)
    return RecipientReach(**{"user_id": "7", "last_interaction_at": last, **more})


def terms(template: ZaloTemplate | None = TAG_1, *, funded: bool = False) -> AccountTerms:
    return AccountTerms(funded, {"answered": template, "accepted": template} if template else {})


@pytest.mark.parametrize(
    ("about", "to", "given", "now", "route", "at"),
    [
        (notice(), reach(1), terms(), NOON, FREE, NOON),
        (notice(), reach(47.9), terms(), NOON, FREE, NOON),
        (notice(), reach(48), terms(), NOON, BY_USER, NOON),
        (notice(), reach(48), terms(funded=True), NOON, PAID, NOON),
        (notice(), reach(167.9), terms(funded=True), NOON, PAID, NOON),
        (notice(), reach(168), terms(funded=True), NOON, BY_USER, NOON),
        (notice(), reach(168, user_id="", phone="84912345678"), terms(), NOON, BY_PHONE, NOON),
        (notice(closed=["cs_free", "template_user"]), reach(1, phone="84912345678"), terms(), NOON, BY_PHONE, NOON),
        (notice(), reach(168), terms(None, funded=True), NOON, None, None),
        (notice(template=None), reach(168), terms(), NOON, None, None),
        (notice(), reach(None, user_id=""), terms(), NOON, None, None),
        # By night unrequested messages wait. Their window must still be open in the morning.
        (notice(), reach(1), terms(), NIGHT, FREE, DAWN),
        (notice(), reach(35), terms(None), NIGHT, None, None),
        (notice(), reach(35), terms(None, funded=True), NIGHT, PAID, DAWN),
        (notice(), reach(200), terms(TAG_1), NIGHT, BY_USER, NIGHT),
        (notice(), reach(200), terms(TAG_2), NIGHT, BY_USER, DAWN),
        # A new message is answered at once, and waiting notices follow then.
        (notice("reply"), reach(0), terms(), NIGHT, FREE, NIGHT),
        (notice("urgent_noted"), reach(0), terms(), NIGHT, FREE, NIGHT),
        (notice(waits_for="citizen"), reach(-11), terms(), NIGHT, FREE, NIGHT),
        (notice(waits_for="citizen"), reach(12), terms(), NIGHT, FREE, DAWN),
        (notice(waits_for="citizen"), reach(12, following=False), terms(None), NIGHT, None, None),
        (notice("reply"), reach(200), terms(), NOON, None, None),
        # Citizens who unfollowed only get results, by template.
        (notice(), reach(1, following=False), terms(), NOON, BY_USER, NOON),
        (notice("accepted"), reach(1, following=False), terms(), NOON, None, None),
        (notice("reply"), reach(0, following=False), terms(), NOON, FREE, NOON),
        # Officers: one channel a notice.
        (
            notice("news", channel="email", citizen=None),
            RecipientReach(email="a@b.vn"),
            terms(),
            NIGHT,
            Route.EMAIL,
            NIGHT,
        ),
        (notice("news", channel="email", citizen=None), RecipientReach(), terms(), NOON, None, None),
    ],
)
def test_the_plan(
    about: Notice, to: RecipientReach, given: AccountTerms, now: datetime, route: Route | None, at: datetime
) -> None:
    found = plan_channel(about, to, given, now)
    assert (found.route, found.at) == (route, at)
    assert len(found.reasons) >= 1
    assert route is None or [*found.reasons][-1] == route


def test_every_closed_route_has_its_reason() -> None:
    assert plan_channel(notice("accepted", closed=["cs_free"]), reach(50), AccountTerms(), NOON).reasons == {
        "cs_free": "refused",
        "cs_paid": "not funded",
        "template_user": "no template",
        "template_phone": "no template",
    }


@pytest.mark.parametrize(
    ("hour", "minute", "waits"), [(6, 59, True), (7, 0, False), (21, 59, False), (22, 0, True), (0, 0, True)]
)
def test_quiet_hours(hour: int, minute: int, *, waits: bool) -> None:
    now = datetime(2026, 11, 24, hour, minute, tzinfo=HANOI).astimezone(UTC)
    assert (after_quiet_hours(now) != now) is waits
    assert next_morning(now).astimezone(HANOI).hour == 7
    assert timedelta() < next_morning(now) - now <= timedelta(days=1)


def test_text_too_long_for_a_template_becomes_code_and_link() -> None:
    template = ZaloTemplate(id="1", tag=1, fields={"code": 30, "answer": 60, "unit": 19, "more": 20})
    figures = {"code": "HN-261124-ABCD-EFGH", "answer": "Dài " * 40, "unit": "Ủy ban nhân dân phường Yên Hòa"}
    assert template.filled(figures, "HN-261124-ABCD-EFGH", "https://pakn.example.vn") == {
        "code": "HN-261124-ABCD-EFGH",
        "answer": "HN-261124-ABCD-EFGH https://pakn.example.vn",
        "unit": "HN-261124-ABCD-EFGH",
        "more": "-",
    }
    assert template.filled({"answer": "Một\n  hai"}, "HN-261124-ABCD-EFGH", "")["answer"] == "Một hai"


@pytest.mark.parametrize(
    "wrong", [{"tag": 4}, {"id": "a b"}, {"fields": {"code": 18}}, {"fields": {"mã": 30}}, {"colour": "red"}]
)
def test_a_wrong_template_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ZaloTemplate.model_validate({"id": "1", "tag": 1, "fields": {"code": 30}} | wrong)


@pytest.mark.parametrize(
    ("phone", "known"),
    [
        ("0912 345 678", "84912345678"),
        ("+84 912.345.678", "84912345678"),
        ("84912345678", "84912345678"),
        ("024 3825 3536", "842438253536"),
        ("113", ""),
        ("", ""),
        ("00912345678", ""),
    ],
)
def test_a_phone_as_zalo_writes_it(phone: str, known: str) -> None:
    assert zalo_phone(phone) == known
