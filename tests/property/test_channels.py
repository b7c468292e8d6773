"""The channel chosen for a notice is always allowed at that time, is only one, and never delays a reply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.notices.channels import (
    CHATS,
    TEMPLATES,
    AccountTerms,
    RecipientReach,
    Route,
    ZaloTemplate,
    plan_channel,
    wrote_since,
)
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import Notice
from petitions.domain.shared.records import HANOI

KINDS = sorted(NoticeKind)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 60 * 24 * 40).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
TEMPLATE = st.builds(ZaloTemplate, id=st.just("1"), tag=st.sampled_from([1, 2, 3]), fields=st.just({"code": 30}))
TERMS = st.builds(AccountTerms, funded=st.booleans(), templates=st.dictionaries(st.sampled_from(KINDS), TEMPLATE))
REACH = st.builds(
    RecipientReach,
    user_id=st.sampled_from(["", "7"]),
    phone=st.sampled_from(["", "84912345678"]),
    email=st.sampled_from(["", "a@b.vn"]),
    last_interaction_at=st.none() | MOMENTS,
    following=st.sampled_from([None, True, False]),
)
NOTICES = st.builds(
    Notice,
    id=st.just("n"),
    kind=st.sampled_from(KINDS),
    channel=st.sampled_from(["zalo", "email"]),
    text=st.just("x"),
    template=st.none() | st.just({"code": "HN"}),
    closed=st.lists(st.sampled_from([str(route) for route in Route]), unique=True),
    waits_for=st.sampled_from([None, "citizen"]),
    created_at=st.just(BEGIN),
)


@given(NOTICES, REACH, TERMS, MOMENTS)
def test_the_plan_keeps_every_rule(notice: Notice, reach: RecipientReach, terms: AccountTerms, now: datetime) -> None:
    found = plan_channel(notice, reach, terms, now)
    assert (found.route is None) == (found.at is None)
    assert found.reasons
    if found.route is None or found.at is None:
        return
    assert found.route not in notice.closed
    assert now <= found.at < now + timedelta(hours=9, minutes=1)
    assert (found.route is Route.EMAIL) == (notice.channel == "email")
    by_day = 7 <= found.at.astimezone(HANOI).hour < 22
    if found.route in CHATS:
        solicited = NOTICE_KINDS[notice.kind].is_reply or wrote_since(notice, reach.last_interaction_at)
        assert reach.user_id
        assert reach.last_interaction_at is not None
        allowed = timedelta(hours=48) if found.route is Route.FREE else timedelta(days=7)
        assert found.at < reach.last_interaction_at + allowed
        assert found.route is Route.FREE or terms.funded
        assert found.at == now if solicited else by_day
        assert solicited or reach.following is not False
    if found.route in TEMPLATES:
        assert terms.templates[notice.kind].tag == 1 or by_day
        assert reach.following is not False or NOTICE_KINDS[notice.kind].is_result
        assert reach.user_id if found.route is Route.BY_USER else reach.phone


@given(NOTICES, REACH, TERMS, MOMENTS)
def test_a_chat_that_is_open_is_never_passed_over_for_a_template(
    notice: Notice, reach: RecipientReach, terms: AccountTerms, now: datetime
) -> None:
    without = AccountTerms(terms.funded)
    found, chat = plan_channel(notice, reach, terms, now), plan_channel(notice, reach, without, now)
    assert chat.route is None or found == chat
