"""Every edge of the domain, tried one smallest unit before it, on it, and one after: a microsecond, a day, one.

The expected answers are written here by hand. An edge that moves by one unit changes one of three.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters.reference import parsed
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.citizen.conversation import Conversation
from petitions.domain.clock.clocks import FinishedRun, PetitionClock
from petitions.domain.clock.deadline_rules import DeadlineRule
from petitions.domain.clock.ledger import LedgerEntry, LedgerEntryKind
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.contact.contact_request import (
    ONE_MATTER_FOR,
    ContactReason,
    ContactRequest,
    ContactState,
    is_one_matter,
)
from petitions.domain.conversation.dialogue import DANGER_FOR, danger_goes_on
from petitions.domain.difficulties.difficulty import Difficulty, DifficultyState
from petitions.domain.difficulties.quarter_list import belongs
from petitions.domain.figures.periods import Period
from petitions.domain.files.attachment import Attachment, AttachmentState, may_begin
from petitions.domain.jobs.job import MOST_A_DAY, Job, JobState, begun, why_no_more
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.officers.officer import Deputy
from petitions.domain.pages.browsers import (
    END_FOR,
    MOST_WORDS,
    WORD_FOR,
    KnownBrowser,
    PageBrowsers,
    Right,
    SentWord,
)
from petitions.domain.papers.paper import Making, Paper
from petitions.domain.petition.petition import Petition, Rating
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.portal.portal_conflicts import Winner, decide_conflict
from petitions.domain.privacy.erasure import Erasure, has_returned, is_past
from petitions.domain.privacy.personal_data import kept_until, must_keep
from petitions.domain.publishing.digit_tries import MOST_WRONG
from petitions.domain.publishing.late_step import LateStep
from petitions.domain.reports.facts import facts_of
from petitions.domain.reports.histories import History, Line, Rated, micros, since_receipt
from petitions.domain.reports.periods import of_days
from petitions.domain.scoring.criteria import ScoringRules
from petitions.domain.scoring.opinions import ratings
from petitions.domain.scoring.scores import scored
from petitions.domain.scoring.scoring import ScoredFact, Scoring, may_contest
from petitions.domain.shared.edges import AtLeast, AtMost, Interval, Until, UpTo, lasting, lasts_for
from petitions.domain.shared.local_day import LocalDay, instants_of, local_day, midnight, next_day
from petitions.domain.shared.quiet_hours import after_quiet_hours
from petitions.domain.shared.records import HANOI, replace
from petitions.domain.zalo.grant import REFRESH_EARLY, ZaloGrant
from petitions.domain.zalo.zalo_consent import ZaloConsent

UNIT = timedelta(microseconds=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.sampled_from([UTC, HANOI]))  # noqa: DTZ001
DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
YEARS = 5
RULES = ScoringRules.load(parsed("scoring_rules.json"))

Decision = Callable[[datetime, datetime], bool]
"""Whether something holds at the second instant, for an edge at the first."""
THROUGH = (True, True, False)
"""It holds up to the edge and on it."""
BEFORE = (True, False, False)
"""It holds before the edge only."""
FROM = (False, True, True)
"""It holds from the edge on."""
AFTER = (False, False, True)
"""It holds after the edge only."""


def clock(**fields: Any) -> PetitionClock:
    return PetitionClock.model_construct(name=ClockName.ANSWER, **{"stopped_at": None, "runs": []} | fields)


def was_late(edge: datetime, at: datetime) -> bool:
    return bool(late_steps({ClockName.ANSWER: clock(due_at=edge, stopped_at=at)}))


def was_late_before(edge: datetime, at: datetime) -> bool:
    run = FinishedRun(started_at=edge - DAY, due_at=edge, stopped_at=at)
    return bool(late_steps({ClockName.ANSWER: clock(due_at=edge + DAY, runs=[run])}))


def paused(edge: datetime, at: datetime) -> PetitionClock:
    ledger = [LedgerEntry(kind=LedgerEntryKind.START, at=edge - DAY), LedgerEntry(kind=LedgerEntryKind.PAUSE, at=at)]
    return clock(due_at=edge, ledger=ledger)


def answered(edge: datetime) -> Petition:
    return Petition.model_construct(
        state=State.ANSWERED,
        reply=StoredAnswer.model_construct(approved_at=edge),
        rating=Rating.model_construct(at=edge),
    )


def portal_returns(edge: datetime, at: datetime) -> bool:
    return decide_conflict(answered(edge), "returned", at, "SXD").wins is Winner.PORTAL


def portal_rates(edge: datetime, at: datetime) -> bool:
    return decide_conflict(answered(edge), "rated", at, "SXD").wins is Winner.PORTAL


def job(**fields: Any) -> Job:
    usual: dict[str, Any] = {"state": JobState.RUNNING, "attempt": 1, "next_attempt_at": None}
    return Job.model_construct(**usual | fields)


def taken_over(edge: datetime, at: datetime) -> bool:
    return begun(job(next_attempt_at=edge), at) is not None


def fetched(edge: datetime, at: datetime) -> bool:
    file = Attachment.model_construct(state=AttachmentState.FETCHING, attempts=1, next_at=edge)
    return may_begin(file, at)


def contact(**fields: Any) -> ContactRequest:
    request: dict[str, Any] = {"state": ContactState.NEW, "why": ContactReason.PERSON, "see_by": None, "act_by": None}
    return ContactRequest.model_construct(**request | fields)


def closed_matter(edge: datetime, at: datetime) -> bool:
    return is_one_matter(contact(at=edge - ONE_MATTER_FOR, state=ContactState.CLOSED), at)


def danger(edge: datetime, at: datetime) -> bool:
    talk = Conversation.model_construct(danger=SentWord.model_construct(at=edge - DANGER_FOR))
    return danger_goes_on(talk, at)


def page(**fields: Any) -> PageBrowsers:
    return PageBrowsers.model_construct(**{"known": [], "sent": []} | fields)


def may_end(edge: datetime, at: datetime) -> bool:
    return KnownBrowser(mark="b", by="word", at=edge - END_FOR).right(at) is Right.END


def may_open(edge: datetime, at: datetime) -> bool:
    known = [KnownBrowser(mark="b", by="link", at=at - DAY)]
    return page(known=known).right_of(["b"], at, until=edge) is not None


def may_enter(edge: datetime, at: datetime) -> bool:
    sent = SentWord(browser="b", word="w", at=edge - WORD_FOR)
    return page(sent=[sent]).word_for("b", at) is not None


def in_the_period(edge: datetime, at: datetime) -> bool:
    """Return whether a report on the hour before the edge counts the filing of a petition."""
    line = Line(1, micros(at), "filed", "SXD", "", "new", 0, "-", "-")
    history = History("HN-260301-0000-0001", (line,), "conduct", "report", (Rated(micros(at), "SXD", 1),))
    facts = list(facts_of(history, Interval(micros(edge - HOUR), micros(edge))))
    opinions = list(ratings([history], edge - HOUR, edge))
    assert bool(facts) == bool(opinions)
    return bool(facts)


def carried_over(edge: datetime, at: datetime) -> bool:
    """Return whether a report on the hour from the edge on counts a petition as older than the period."""
    line = Line(1, micros(at), "filed", "SXD", "", "new", 0, "-", "-")
    history = History("HN-260301-0000-0001", (line,), "conduct", "report", ())
    return any(fact.what == "carried" for fact in facts_of(history, Interval(micros(edge), micros(edge + HOUR))))


def overdue_at_the_end(edge: datetime, at: datetime) -> bool:
    """Return whether a report on the hour before the edge counts a petition as overdue that is due at `at`."""
    line = Line(1, micros(edge - HOUR), "filed", "SXD", "", "new", micros(at), "-", "-")
    history = History("HN-260301-0000-0001", (line,), "conduct", "report", ())
    facts = facts_of(history, Interval(micros(edge - HOUR), micros(edge)))
    return any(fact.verdict == "overdue" for fact in facts)


def changes_a_frozen_period(edge: datetime, at: datetime) -> bool:
    """Return whether a paper received at `at` would change a period that ends at the edge, and was frozen since."""
    line = Line(1, micros(edge + 2 * DAY), "filed", "SXD", "", "new", 0, "-", "-")
    history = History("HN-260301-0000-0001", (line,), "conduct", "report", ())
    return since_receipt(history, at, [(edge, edge + DAY)]) == history


def difficulty(**fields: Any) -> Difficulty:
    return Difficulty.model_construct(**{"state": DifficultyState.NEW, "closed_at": None} | fields)


def erased(edge: datetime, **fields: Any) -> Citizen:
    return Citizen.model_construct(erased_at=edge, **fields)


def kept(edge: datetime, at: datetime) -> bool:
    petition = Petition.model_construct(state=State.CLOSED, filed_at=edge)
    return must_keep(petition, YEARS, kept_until(petition, YEARS) + (at - edge))


INSTANT_EDGES: dict[str, tuple[Decision, tuple[bool, bool, bool]]] = {
    "an interval's end": (lambda edge, at: at in Interval(edge - HOUR, edge), BEFORE),
    "an interval's beginning": (lambda edge, at: at in Interval(edge, edge + HOUR), FROM),
    "an interval is over": (lambda edge, at: Interval(edge - HOUR, edge).is_over(at), FROM),
    "a length": (lambda edge, at: at in lasting(edge - HOUR, HOUR), BEFORE),
    "until": (lambda edge, at: at in Until(edge), BEFORE),
    "until is over": (lambda edge, at: Until(edge).is_over(at), FROM),
    "up to": (lambda edge, at: at in UpTo(edge), THROUGH),
    "up to is over": (lambda edge, at: UpTo(edge).is_over(at), AFTER),
    "a margin": (lambda edge, at: lasts_for(edge + HOUR, HOUR, at), BEFORE),
    "a clock's due instant": (lambda edge, at: clock(due_at=edge).deadline.is_over(at), AFTER),
    "a step that ended late": (was_late, AFTER),
    "a step that ended late in an earlier run": (was_late_before, AFTER),
    "a clock that is paused in time": (lambda edge, at: paused(edge, at).is_paused_in_time, THROUGH),
    "a late step on the filer's page": (lambda edge, at: LateStep.model_construct(due_at=edge).is_late(at), AFTER),
    "a request that must be seen": (lambda edge, at: contact(see_by=edge).is_late(at), AFTER),
    "a request that must be answered": (
        lambda edge, at: contact(state=ContactState.SEEN, act_by=edge).is_late(at),
        AFTER,
    ),
    "words that belong to a closed request": (closed_matter, BEFORE),
    "a danger that goes on": (danger, THROUGH),
    "a return by the portal, after our answer": (portal_returns, FROM),
    "a rating by the portal, after our rating": (portal_rates, AFTER),
    "a job that another worker has": (taken_over, FROM),
    "a file that another worker fetches": (fetched, FROM),
    "a paper that another worker makes": (
        lambda edge, at: Paper.model_construct(making=Making.model_construct(until=edge)).is_in_hand(at),
        BEFORE,
    ),
    "the lease of a token's refresh": (lambda edge, at: ZaloGrant.model_construct(lease_until=edge).leased(at), BEFORE),
    "a token to refresh in advance": (
        lambda edge, at: ZaloGrant.model_construct(access_token="t", refreshed_at=edge - REFRESH_EARLY).is_old(at),
        FROM,
    ),
    "the way to give consent": (lambda edge, at: ZaloConsent.model_construct(expires_at=edge).is_open(at), BEFORE),
    "a browser that may end the petition": (may_end, BEFORE),
    "a browser after the link's end": (may_open, BEFORE),
    "a word from the chat": (may_enter, BEFORE),
    "a line at the end of a report's period": (in_the_period, BEFORE),
    "a line at the beginning of a report's period": (carried_over, BEFORE),
    "a due instant at the end of a report's period": (overdue_at_the_end, BEFORE),
    "a paper received in a frozen period": (changes_a_frozen_period, BEFORE),
    "contests of a draft": (
        lambda edge, at: may_contest(Scoring.model_construct(versions=[], contest_until=edge), at),
        BEFORE,
    ),
    "a difficulty reported in the period": (lambda edge, at: belongs(difficulty(at=at), edge - HOUR, edge), BEFORE),
    "a difficulty closed before the period": (
        lambda edge, at: belongs(difficulty(at=edge - DAY, closed_at=at), edge, edge + HOUR),
        FROM,
    ),
    "what an erasure is about": (lambda edge, at: at in Erasure.model_construct(asked_at=edge).past, THROUGH),
    "an event of the erased time": (
        lambda edge, at: is_past(erased(edge, last_interaction_at=edge + DAY), "user_send_text", at),
        THROUGH,
    ),
    "a citizen who came back": (lambda edge, at: has_returned(erased(edge, last_interaction_at=at)), AFTER),
    "a file that the law keeps": (kept, BEFORE),
}


@pytest.mark.parametrize("name", INSTANT_EDGES)
@given(edge=INSTANTS)
def test_edge_of_time(name: str, edge: datetime) -> None:
    decide, expected = INSTANT_EDGES[name]
    assert tuple(decide(edge, edge + step * UNIT) for step in (-1, 0, 1)) == expected


DayDecision = Callable[[date, date], bool]


def rule_of(since: date, until: date | None) -> DeadlineRule:
    return DeadlineRule.model_construct(effective_from=since, effective_to=until)


def still_promised(edge: date, at: date) -> bool:
    return not LateStep.model_construct(until=edge).is_missed(midnight(at))


def due_that_day(edge: date, at: date) -> bool:
    return not difficulty(due=edge).is_late(at)


DAY_EDGES: dict[str, tuple[DayDecision, tuple[bool, bool, bool]]] = {
    "the first day of a rule": (lambda edge, at: at in rule_of(edge, None).in_force, FROM),
    "the end of a rule": (lambda edge, at: at in rule_of(edge - DAY, edge).in_force, BEFORE),
    "the first day of figures": (lambda edge, at: at.isoformat() in Period(edge, edge + 9 * DAY), FROM),
    "the end of figures": (lambda edge, at: at.isoformat() in Period(edge - 9 * DAY, edge), BEFORE),
    "the first day of a report": (lambda edge, at: at in of_days(edge, edge + 9 * DAY).interval, FROM),
    "the end of a report": (lambda edge, at: at in of_days(edge - 9 * DAY, edge).interval, BEFORE),
    "the first day of a deputy": (
        lambda edge, at: Deputy(officer="o", since=edge, until=edge + DAY).on(at),
        FROM,
    ),
    "the last day of a deputy": (lambda edge, at: Deputy(officer="o", since=edge - DAY, until=edge).on(at), THROUGH),
    "the new day that a unit promised": (still_promised, THROUGH),
    "the day by which a difficulty is answered": (due_that_day, THROUGH),
}


@pytest.mark.parametrize("name", DAY_EDGES)
@given(edge=DAYS)
def test_edge_of_a_day(name: str, edge: date) -> None:
    decide, expected = DAY_EDGES[name]
    assert tuple(decide(edge, edge + step * DAY) for step in (-1, 0, 1)) == expected


@given(DAYS, INSTANTS)
def test_a_day_in_hanoi_begins_and_ends_at_midnight_there(day: date, at: datetime) -> None:
    begins, ends = midnight(day), midnight(next_day(day))
    assert (begins.date(), begins.time().isoformat(), begins.tzinfo) == (day, "00:00:00", HANOI)
    assert ends - begins == DAY
    found = [begins - UNIT, begins, begins + UNIT, ends - UNIT, ends, ends + UNIT]
    assert [one in LocalDay(day) for one in found] == [False, True, True, True, False, False]
    assert [one in instants_of(day, next_day(day)) for one in found] == [False, True, True, True, False, False]
    assert LocalDay(day).count(found) == found.index(ends) - found.index(begins)
    assert at in local_day(at)
    assert midnight(local_day(at).day) <= at < midnight(next_day(local_day(at).day))


@given(DAYS, st.integers(-1, 1), st.integers(-1, 1))
def test_the_limit_of_a_day_counts_the_day_in_hanoi(day: date, more: int, step: int) -> None:
    """One more job is allowed as long as there are fewer than the limit since midnight in Hanoi, not in UTC."""
    asked = midnight(day) + step * UNIT
    newest = [job(state=JobState.DONE, asked_at=asked) for _ in range(MOST_A_DAY + more)]
    refused = why_no_more(newest, midnight(next_day(day)) - UNIT) is not None
    assert refused == (step >= 0 and more >= 0)
    assert why_no_more(newest, midnight(next_day(day))) is None


@given(DAYS)
def test_quiet_hours_begin_at_ten_and_end_at_seven(day: date) -> None:
    begins, ends = midnight(day) + 7 * HOUR, midnight(day) + 22 * HOUR
    assert [after_quiet_hours(at) == at for at in (begins - UNIT, begins, ends - UNIT, ends)] == [
        False,
        True,
        True,
        False,
    ]
    assert after_quiet_hours(begins - UNIT) == begins
    assert after_quiet_hours(ends) == begins + DAY


@given(st.integers(1, 60))
def test_minimum_is_enough_and_most_is_the_last(number: int) -> None:
    near = (number - 1, number, number + 1)
    assert tuple(map(AtLeast(number).is_met_by, near)) == FROM
    assert tuple(map(AtMost(number).has_room, near)) == BEFORE


@given(st.integers(2, 40), st.integers(-1, 1))
def test_a_unit_with_just_enough_petitions_is_ranked(least: int, more: int) -> None:
    facts = [
        ScoredFact(f"HN-{number:02}", unit, "handled", "conduct", "report", "on_time", "-")
        for unit, count in (("SXD", least + more), ("SYT", least))
        for number in range(count)
    ]
    ranks = {score.unit: score.rank for score in scored(replace(RULES, least=least), facts)}
    assert ranks == {"SXD": 1 if more >= 0 else None, "SYT": 1}


@given(INSTANTS, st.integers(-1, 1), st.integers(-1, 1))
def test_words_of_the_last_day_count(now: datetime, more: int, step: int) -> None:
    sent = [SentWord(browser="x", word="w", at=now - DAY + step * UNIT) for _ in range(MOST_WORDS + more)]
    assert (page(sent=sent, at=now, expires_at=now).with_word("b", "w", now, None) is None) == (more >= 0 and step >= 0)


@given(INSTANTS, st.integers(-1, 1))
def test_the_last_wrong_try_closes_a_word(now: datetime, more: int) -> None:
    sent = SentWord(browser="b", word="w", at=now, wrong=MOST_WRONG + more)
    assert (page(sent=[sent]).word_for("b", now) is None) == (more >= 0)


@given(INSTANTS, st.integers(1, 10**9))
def test_margin_has_a_sign(at: datetime, microseconds: int) -> None:
    with pytest.raises(ValueError, match="must be left"):
        lasts_for(at, -microseconds * UNIT, at)
