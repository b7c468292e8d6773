"""A random city with classified and answered petitions, and a slow count of the official report.

The slow count goes through all petitions again for every cell. It uses no code of the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.classification import Classification, Nature, Statement
from petitions.domain.petition.history_actions import HistoryAction
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.reports.histories import History, history_of, raw_line
from tests.property.figures_city import OFFICES, STEP, City, do, was_late

NATURES, OUTCOMES = (*Nature, None), (*AnswerOutcome, None)
REPORT_STEP = st.one_of(
    STEP, STEP, STEP,
    st.tuples(st.just("classify"), st.integers(0, 50), st.integers(0, 20)),
    st.tuples(st.just("publish"), st.integers(0, 50), st.integers(0, 50)),
)  # fmt: skip
Step = tuple[datetime, Petition | None, Petition, str]


class ReportCity(City):
    """The city of `figures_city` with classification and outcomes. Its diary has the action of every step."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    def file(self, unit: str) -> None:
        super().file(unit)
        self.steps.append((*self.diary[-1], "filed"))

    def alter(self, code: str, action: HistoryAction, **updates: Any) -> None:
        if updates.get("state") is State.ANSWERED and action is Action.APPROVE:
            outcome = OUTCOMES[len(self.steps) % len(OUTCOMES)]
            now = self.clock.now()
            updates["reply"] = StoredAnswer(text="t", author="a", unit="SXD", written_at=now, outcome=outcome)
        super().alter(code, action, **updates)
        self.steps.append((*self.diary[-1], action))

    def classify(self, code: str, choice: int) -> None:
        nature, statement = list(Nature)[choice % 3], list(Statement)[choice % 2]
        given = Classification(nature=nature, statement=statement, field="khac", by="an", at=self.clock.now())
        self.alter(code, Action.CLASSIFY, classified=given)

    def histories(self, cut: datetime) -> list[History]:
        """Return the stored histories up to the time `cut`, as a report reads them."""
        found = []
        for code in sorted(self.codes):
            paths = [f"petitions/{code}/history/{seq}" for seq in range(1, self.petition(code).version + 1)]
            lines = [HistoryEntry.model_validate(self.store.documents[path]) for path in paths]
            history = history_of(code, map(raw_line, lines), cut)
            if history.lines:
                found.append(history)
        return found


def play(city: ReportCity, step: tuple[str, Any, int]) -> None:
    """Take a random step, given as (verb, subject, choice)."""
    verb, what, how = step
    if verb not in {"classify", "publish"}:
        do(city, step)
    elif city.codes:
        code = city.codes[what % len(city.codes)]
        if verb == "classify":
            city.classify(code, how)
        elif city.petition(code).state in {State.ANSWERED, State.PUBLISHED}:
            is_public = city.petition(code).state is State.PUBLISHED
            action, state = (Action.UNPUBLISH, State.ANSWERED) if is_public else (Action.PUBLISH, State.PUBLISHED)
            city.alter(code, action, state=state)


class SlowCount:
    """The cells of one row of the report. They are counted by going through all petitions."""

    def __init__(self, steps: list[Step], since: datetime, until: datetime, cut: datetime, unit: str) -> None:
        self.known = [step for step in steps if step[0] <= cut]
        self.since, self.until, self.cut, self.unit = since, until, cut, unit

    def cells(self) -> Mapping[str, int]:
        went_in = ("carried", "received", "moved_in", "again")
        stays = ("handled", "in_process", "refused", "withdrawn", "merged")
        nature = {key: self._nature_is(value) for key, value in (
            ("conduct", Nature.CONDUCT), ("content", Nature.CONTENT), ("both", Nature.BOTH), ("unclassified", None),
        )}  # fmt: skip
        found = {"total": self._sum(went_in), "own": self._sum(stays)}
        found |= {key: self._sum(went_in, such) for key, such in nature.items()}
        found |= {f"handled_{key}": self._sum(["handled"], nature[key]) for key in ("conduct", "content", "both")}
        for statement in Statement:
            found[str(statement)] = self._sum(went_in, self._statement_is(statement))
        for key, what in (("carried", "carried"), ("new", "received"), ("moved_in", "moved_in"), ("again", "again"),
                          ("transferred", "transferred_out"), ("moved_out", "moved_out"), ("handled", "handled"),
                          ("in_process", "in_process"), ("refused", "refused"), ("withdrawn", "withdrawn"),
                          ("merged", "merged"), ("published", "published")):  # fmt: skip
            found[key] = self._sum([what])
        found["handled_late"] = self._sum(["handled"], is_late)
        found["handled_on_time"] = self._sum(["handled"], lambda petition: not is_late(petition))
        found["in_process_overdue"] = self._sum(["in_process"], self._overdue)
        found["in_process_in_time"] = self._sum(["in_process"], lambda petition: not self._overdue(petition))
        for outcome in (*AnswerOutcome, None):
            key = f"outcome_{outcome or 'none'}"
            found[key] = sum(outcome_of(petition) == outcome for petition in self._handled())
        return found

    def _sum(self, whats: Any, such: Callable[[Petition], bool] = lambda _: True) -> int:
        return sum(such(item) for what in whats for item in getattr(self, f"_{what}")())

    def _ours(self, petition: Petition) -> bool:
        return self.unit in {CITY, petition.unit}

    def _standing(self, before: datetime) -> list[Petition]:
        last = {after.code: after for at, _, after, _ in self.known if at < before}
        return [petition for petition in last.values() if petition.state in OPEN_STATES and self._ours(petition)]

    def _within(self) -> list[Step]:
        return [item for item in self.known if self.since <= item[0] < self.until]

    def _carried(self) -> list[Petition]:
        return self._standing(self.since)

    def _in_process(self) -> list[Petition]:
        return self._standing(min(self.until, self.cut.replace(microsecond=self.cut.microsecond + 1)))

    def _received(self) -> list[Petition]:
        return [after for _, before, after, _ in self._within() if before is None and self._ours(after)]

    def _again(self) -> list[Petition]:
        return [
            after for _, before, after, _ in self._within()
            if before and before.state not in OPEN_STATES and after.state in OPEN_STATES and self._ours(after)
        ]  # fmt: skip

    def _moves(self) -> list[tuple[Petition, Petition]]:
        return [
            (before, after) for _, before, after, _ in self._within()
            if before and {before.state, after.state} <= OPEN_STATES and before.unit != after.unit
            and self.unit != CITY
        ]  # fmt: skip

    def _moved_in(self) -> list[Petition]:
        return [after for _, after in self._moves() if self._ours(after)]

    def _moved_out(self) -> list[Petition]:
        return [after for before, after in self._moves() if self._ours(before)]

    def _ended(self, state: State) -> list[Petition]:
        return [
            after for _, before, after, _ in self._within()
            if before and before.state in OPEN_STATES and after.state is state and self._ours(before)
        ]  # fmt: skip

    def _handled(self) -> list[Petition]:
        return self._ended(State.ANSWERED)

    def _refused(self) -> list[Petition]:
        return self._ended(State.REFUSED)

    def _transferred_out(self) -> list[Petition]:
        return self._ended(State.TRANSFERRED_OUT)

    def _withdrawn(self) -> list[Petition]:
        return self._ended(State.WITHDRAWN)

    def _merged(self) -> list[Petition]:
        return self._ended(State.MERGED)

    def _published(self) -> list[Petition]:
        return [after for _, _, after, action in self._within() if action == Action.PUBLISH and self._ours(after)]

    def _classification(self, petition: Petition) -> Classification | None:
        given = [after.classified for _, _, after, _ in self.known if after.code == petition.code and after.classified]
        return given[-1] if given else None

    def _nature_is(self, nature: Nature | None) -> Callable[[Petition], bool]:
        def such(petition: Petition) -> bool:
            given = self._classification(petition)
            return (given.nature if given else None) == nature

        return such

    def _statement_is(self, statement: Statement) -> Callable[[Petition], bool]:
        def such(petition: Petition) -> bool:
            given = self._classification(petition)
            return given is not None and given.statement == statement

        return such

    def _overdue(self, petition: Petition) -> bool:
        end = min(self.until, self.cut.replace(microsecond=self.cut.microsecond + 1))
        return petition.late_from is not None and petition.late_from < end


def is_late(petition: Petition) -> bool:
    return any(was_late(petition, step) for step in OFFICES)


def outcome_of(petition: Petition) -> AnswerOutcome | None:
    return petition.reply.outcome if petition.reply else None
