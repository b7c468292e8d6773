"""Every error code of Zalo is treated as listed here by hand (PLATFORM 5.2, PLATFORM 5.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from petitions.domain.notices.channels import Route
from petitions.domain.notices.delivery_errors import ERROR_REACTIONS, Reaction, reaction_to, retry_at, severity
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import refused

R = {Reaction.NEXT_MINUTE, Reaction.GROWING, Reaction.MORNING}
T = {Reaction.NEW_TOKEN}
W = {Reaction.WINDOW}
U = {Reaction.UNREACHABLE}
C = {Reaction.HUMAN, Reaction.OTHER_CHANNEL}
B = {Reaction.BUG}
MONEY = {Reaction.QUOTA}

OA = [
    (R, [-32, -200, -214, -234]),
    (B, [-100, -201, -202, -210, -233, -240]),
    (C, [-204, -205, -207, -208, -215, -209, -212, -219, -221, -223, -224, -235, -242, -248, -320, -237, -403]),
    (C, [-238, -241, -1340, -1341]),
    (MONEY, [-211]),
    (U | W, [-213]),
    (T, [-216, -220]),
    (U, [-217, -218, -222, -227, -244]),
    (W, [-230, -232, -305, -311]),
    (B | C, [-249]),
    (C | MONEY, [-321]),
]
PHONE = [
    (R, [-100, -133]),
    (C, [-101, -102, -103, -104, -105, -109, -1091, -131, -117, -120, -1201, -1202, -135, -1351, -138, -140, -145]),
    (C, [-125, -146, -1241]),
    (B, [-106, -107, -111, -112, -1121, -1122, -1123, -1124, -113, -116, -121, -122, -130, -132, -153]),
    (B, [-123, -128, -129, -142, -143, -151, -152, -126, -127, -148, -149, -150, -158, -159]),
    (U, [-108, -110, -114, -119, -118, -134, -139, -141]),
    (MONEY, [-115, -136, -137, -144, -1441, -147, -1471, -160]),
    (T, [-124]),
]
NOW = datetime(2026, 11, 24, 16, 30, 20, tzinfo=UTC)  # 23:30 in Hanoi


@pytest.mark.parametrize(
    ("error", "classes"),
    [(str(code), classes) for classes, codes in OA for code in codes]
    + [(f"phone{code}", classes) for classes, codes in PHONE for code in codes],
)
def test_every_code_of_the_sheet(error: str, classes: set[Reaction]) -> None:
    assert error in ERROR_REACTIONS
    assert reaction_to(error) in classes


def test_the_table_holds_no_other_number() -> None:
    known = {str(code) for _, codes in OA for code in codes} | {f"phone{code}" for _, codes in PHONE for code in codes}
    assert {word for word in ERROR_REACTIONS if word.removeprefix("phone").startswith("-")} == known


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        ("-32", timedelta(seconds=40)),
        ("-200", timedelta(minutes=1)),
        ("-234", timedelta(hours=7, minutes=29, seconds=40)),
        ("phone-144", timedelta(hours=7, minutes=29, seconds=40)),
        ("-209", timedelta(minutes=15)),
        ("never heard of", timedelta(minutes=15)),
        ("smtp_451", timedelta(minutes=1)),
        ("-227", None),
        ("-201", None),
    ],
)
def test_when_to_try_again(error: str, pause: timedelta | None) -> None:
    again = retry_at(reaction_to(error), 1, NOW)
    assert (again - NOW if again else None) == pause


@pytest.mark.parametrize(
    ("error", "attempt", "level"),
    [
        ("-32", 1, "INFO"),
        ("-230", 1, "INFO"),
        ("-227", 1, "INFO"),
        ("-200", 5, "INFO"),
        ("-200", 6, "CRITICAL"),
        ("-201", 1, "ERROR"),
        ("-209", 1, "CRITICAL"),
        ("-321", 1, "CRITICAL"),
        ("phone-144", 1, "CRITICAL"),
    ],
)
def test_severity_of_delivery_errors(error: str, attempt: int, level: str) -> None:
    assert severity(error, attempt) == level


@pytest.mark.parametrize(("attempt", "level"), [(6, "INFO"), (29, "INFO"), (30, "CRITICAL")])
def test_in_the_chat_half_an_hour_of_tries_alerts_a_person(attempt: int, level: str) -> None:
    assert severity("-200", attempt, in_chat=True) == level


@pytest.mark.parametrize(
    ("error", "attempt", "pause"),
    [
        ("connect", 9, timedelta(seconds=40)),
        ("-216", 9, timedelta(seconds=40)),
        ("-209", 15, timedelta(seconds=40)),
        ("-209", 16, timedelta(minutes=15)),
        ("-234", 1, timedelta(hours=7, minutes=29, seconds=40)),
        ("-227", 1, None),
    ],
)
def test_in_the_chat_what_may_pass_is_tried_in_the_next_minute(
    error: str, attempt: int, pause: timedelta | None
) -> None:
    again = retry_at(reaction_to(error), attempt, NOW, in_chat=True)
    assert (again - NOW if again else None) == pause


@pytest.mark.parametrize("route", sorted(Route))
def test_a_channel_once_closed_to_a_notice_stays_closed_whatever_is_refused_next(route: Route) -> None:
    at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    closed = [str(Route.BY_USER), str(Route.FREE)]
    notice = Notice(id="n", kind=NoticeKind.ANSWERED, channel="zalo", citizen="c", text="t", created_at=at)
    tried = notice.model_copy(update={"route": route, "closed": closed}).sending("a", at)
    forgotten = {error for error in ERROR_REACTIONS if not {*refused(tried, error, at).closed} >= {*closed}}
    assert not forgotten
