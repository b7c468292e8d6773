"""Heads' objections to single petitions in the draft of scores, and the answers to these objections.

A petition with an accepted objection does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from petitions.domain.language.texts import hanoi_time
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.scoring.scores import cases_of
from petitions.domain.scoring.scoring import Contest, ContestState, Scoring, may_contest, scoring_path
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound, Rejected
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.difficulties.report_difficulty import plain_lines, without_person
from petitions.usecases.officers.staff import Staff
from petitions.usecases.scoring.freeze_scoring import stored_scoring
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.petition_changes import changed_fields

SHORTEST, LONGEST = 10, 1000
MOST_CONTESTS = 500
"""The most objections of all units in one scoring. They are stored in its document, far below 1 MiB."""


@dataclass(frozen=True)
class ContestScores:
    """Stores units' objections to scores, and the scorers' answers.

    All methods raise NotFound, Conflict or Rejected, in Vietnamese.
    """

    store: Store
    clock: Clock
    ids: Ids
    staff: Staff
    keep: KeepScoring

    def contest(self, officer: Officer, scoring_id: str, criterion: str, code: str, why: str) -> Contest:
        """Record and return the unit's objection to a petition that cost it points in the criterion."""
        words, known = _words(why), stored_scoring(self.store.get(scoring_path(scoring_id)))
        rules, _, _, facts = self.keep.inputs(known.last.inputs)
        named = rules.criterion(criterion)
        if named is None or code not in cases_of(named, officer.unit, facts)[1]:
            raise NotFound("Hồ sơ này không bị trừ điểm của đơn vị ở tiêu chí đó.", reason="case_unknown")

        def add_contest(tx: Transaction) -> Contest:
            before, petition = stored_scoring(tx.get(scoring_path(scoring_id))), _petition(tx, code)
            now = self.clock.now()
            if not may_contest(before, now):
                raise Rejected("Đã hết hạn nêu ý kiến, hoặc điểm đã chốt.", reason="contest_over")
            mine = (officer.unit, criterion, code)
            if any((item.unit, item.criterion, item.code) == mine for item in before.contests):
                raise Conflict("Đơn vị đã nêu ý kiến về hồ sơ này ở tiêu chí này.")
            if not AtMost(MOST_CONTESTS).has_room(len(before.contests)):
                raise Rejected("Bảng điểm đã có quá nhiều ý kiến. Xin gọi Sở Nội vụ.", reason="contests_full")
            made = Contest(
                id=self.ids.token(), unit=officer.unit, criterion=criterion, code=code,
                why=without_person(words, petition), by=officer.id, at=now,
            )  # fmt: skip
            self._write(tx, officer, before, [*before.contests, made], "score_contested", code)
            return made

        return self.store.transact(add_contest)

    def answer(self, officer: Officer, scoring_id: str, contest_id: str, *, accepted: bool, text: str) -> None:
        """Answer an objection. If it is accepted, the petition is left out when the scores are frozen."""
        words = _words(text)

        def store_answer(tx: Transaction) -> None:
            before = stored_scoring(tx.get(scoring_path(scoring_id)))
            found = next((contest for contest in before.contests if contest.id == contest_id), None)
            if found is None:
                raise NotFound("Không có ý kiến này.", reason="contest_unknown")
            if before.is_frozen:
                raise Conflict("Điểm đã chốt.")
            if found.state is not ContestState.OPEN and found.answered_at:
                who = self.staff.name(found.answered_by or "")
                raise Conflict(f"{who} đã trả lời ý kiến này lúc {hanoi_time(found.answered_at)}.")
            petition = _petition(tx, found.code)
            state = ContestState.ACCEPTED if accepted else ContestState.REJECTED
            update: dict[str, Any] = {
                "state": state,
                "answer": without_person(words, petition),
                "answered_by": officer.id,
            }
            done = replace(found, **update | {"answered_at": self.clock.now()})
            contests = [done if contest.id == contest_id else contest for contest in before.contests]
            self._write(tx, officer, before, contests, "contest_answered", found.code)

        self.store.transact(store_answer)

    def _write(
        self, tx: Transaction, officer: Officer, before: Scoring, contests: list[Contest], action: str, code: str
    ) -> None:
        now = self.clock.now()
        update: dict[str, Any] = {"contests": contests, "version": before.version + 1, "changed_at": now}
        tx.update(scoring_path(before.id), changed_fields(before, replace(before, **update)))
        audit_change(tx, self.ids.token(), officer, action, now, code=code)


def _petition(tx: Transaction, code: str) -> Petition | None:
    found = tx.get(petition_path(code))
    return Petition.model_validate(found) if found else None


def _words(text: str) -> str:
    words = plain_lines(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise Rejected(f"Xin ghi lý do, từ {SHORTEST} đến {LONGEST} ký tự.", reason="text_missing")
    return words
