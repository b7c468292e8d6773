"""A unit's objections to its scores: their limits, answers and news, and the explanation of a score."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.scoring.scoring import ContestState, Scoring, result_of, scoring_path
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound, Rejected
from petitions.usecases.officers.staff import Staff
from petitions.usecases.scoring import contest_scores
from petitions.usecases.scoring.contest_scores import ContestScores
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.read_scoring import OVERLAP, ReadScoring
from tests.fakes import FakeClock, FakeFiles, FakeIds, FakeStore
from tests.unit.desk.scoring.planted import CASE, plant

YEAR = "calendar-year-2025"
WHY = "Thành phố cho nghỉ làm ba ngày vì bão"
HEAD = Officer(id="h", name="Bình", email="h@example.vn", unit="SXD", role=Role.HEAD)
SCORER = Officer(id="s", name="An", email="s@example.vn", unit="SNV", role=Role.INSPECTOR)


class Scores:
    def __init__(self) -> None:
        self.store, self.clock, ids, files = FakeStore(), FakeClock(), FakeIds(), FakeFiles()
        self.keep = KeepScoring(files)
        self.contests = ContestScores(self.store, self.clock, ids, Staff(self.store, self.clock), self.keep)
        self.reading = ReadScoring(self.store, self.clock, ids, self.keep)
        plant(self.store, files, self.clock.now(), YEAR)

    @property
    def stored(self) -> Scoring:
        return Scoring.model_validate(self.store.documents[scoring_path(YEAR)])

    def contest(self, criterion: str = "on_time", why: str = WHY) -> str:
        return self.contests.contest(HEAD, YEAR, criterion, CASE, why).id

    def answer(self, contest: str, *, accepted: bool, text: str = "Đúng là đã nghỉ vì bão") -> None:
        self.contests.answer(SCORER, YEAR, contest, accepted=accepted, text=text)


@pytest.fixture
def scores() -> Scores:
    return Scores()


def test_every_change_has_a_version_of_its_own_and_only_the_named_objection_is_answered(scores: Scores) -> None:
    assert scores.stored.version == 1
    first, second = scores.contest("on_time"), scores.contest("published")
    assert scores.stored.version == 3
    scores.answer(second, accepted=True)
    assert scores.stored.version == 4
    states = {contest.id: contest.state for contest in scores.stored.contests}
    assert states == {"c1": ContestState.OPEN, first: ContestState.OPEN, second: ContestState.ACCEPTED}
    assert [item.criterion for item in scores.stored.asides] == ["published"]
    with pytest.raises(NotFound):
        scores.answer("of-nobody", accepted=True)
    with pytest.raises(Conflict):
        scores.answer(second, accepted=False)


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (1000, True), (1001, False)])
def test_a_reason_has_ten_to_a_thousand_characters(scores: Scores, length: int, taken: bool) -> None:  # noqa: FBT001
    why = ("bão lớn " * 200)[: length - 1] + "x"
    if taken:
        scores.contest(why=why)
        assert scores.stored.contests[-1].why == why
    else:
        with pytest.raises(Rejected, match="từ 10 đến 1000 ký tự"):
            scores.contest(why=why)


@pytest.mark.parametrize(("most", "taken"), [(1, False), (2, True)])
def test_no_more_objections_are_taken_than_one_document_can_hold(
    scores: Scores,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    taken: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(contest_scores, "MOST_CONTESTS", most)
    if taken:
        scores.contest()
    with pytest.raises(Rejected, match="quá nhiều ý kiến"):
        scores.contest("published")


def test_objections_are_taken_until_the_instant_at_which_their_time_is_over(scores: Scores) -> None:
    scores.clock.at = scores.stored.contest_until - timedelta(microseconds=1)
    scores.contest()
    scores.clock.at = scores.stored.contest_until
    with pytest.raises(Rejected, match="Đã hết hạn nêu ý kiến"):
        scores.contest("published")


def test_versions_are_counted_from_one(scores: Scores) -> None:
    scoring = scores.reading.one(YEAR)
    assert scores.reading.version(scoring, None) == scores.reading.version(scoring, 1) == scoring.versions[0]
    for number in (-1, 0, 2):
        with pytest.raises(NotFound, match="Không có bản này"):
            scores.reading.version(scoring, number)


def test_a_score_is_explained_by_its_own_criteria_cases_and_objections(scores: Scores) -> None:
    scores.contest()
    scoring = scores.stored
    found = scores.reading.explained(HEAD, scoring, scoring.last, "SXD")
    assert [part.criterion.key for part in found.parts] == [part.criterion for part in found.score.parts]
    assert [(len(part.good), len(part.good) + len(part.other)) for part in found.parts] == [
        (part.good, part.cases) for part in found.score.parts
    ]
    assert [contest.unit for contest in found.contests] == ["SXD"]


def test_what_was_left_out_is_named_at_the_criterion_that_it_was_left_out_of(scores: Scores) -> None:
    scores.answer(scores.contest(), accepted=True)
    scoring = scores.stored
    rules, label, _, facts = scores.keep.inputs(scoring.last.inputs)
    result = result_of(rules, label, facts, scoring.asides)
    inputs, kept = scores.keep.put(YEAR, rules, label, facts, scoring.asides, result)
    found = scores.reading.explained(HEAD, scoring, replace(scoring.last, inputs=inputs, result=kept), "SXD")
    assert {part.criterion.key: list(part.aside) for part in found.parts if part.aside} == {"on_time": [CASE]}


@pytest.mark.parametrize(("later", "is_news"), [(-1, True), (0, False), (1, False)])
def test_news_are_those_after_the_last_look(scores: Scores, later: int, is_news: bool) -> None:  # noqa: FBT001
    """Objections newer than the last visit, less the overlap, are news. The stored one has the clock's time."""
    since = scores.clock.now() + OVERLAP + timedelta(microseconds=later)
    scores.store.update(scoring_path(YEAR), {"changed_at": scores.clock.now() + timedelta(days=1)})
    assert [news.id for news in scores.reading.news(SCORER, since)] == (["c1"] if is_news else [])
