"""The differences from the national portal as the JSON API answers them."""

from __future__ import annotations

from typing import Literal

from petitions.domain.portal.portal_differences import Difference, DifferenceKind, DifferenceRepair
from petitions.usecases.portal.desk_differences import DifferenceList
from schema.base import Answer, CopiedAnswer, Instant


class DifferenceAnswer(Answer):
    """One difference between the portal and the city, in words; `repair` is what the button does."""

    id: str
    kind: DifferenceKind
    kind_label: str
    code: str | None
    national_code: str | None
    here: str
    there: str
    reason: str
    repair: DifferenceRepair
    repair_label: str
    state: Literal["open", "wanted", "repaired", "dismissed"]
    found_at: Instant
    seen_at: Instant
    times: int

    @classmethod
    def of(cls, difference: Difference, *, kind: str, here: str, there: str, repair: str) -> DifferenceAnswer:
        """Return the difference with the words that the page has for its kind, its sides and its repair."""
        return cls(
            id=difference.id,
            kind=difference.kind,
            kind_label=kind,
            code=difference.code or None,
            national_code=difference.national_code or None,
            here=here,
            there=there,
            reason=difference.reason,
            repair=difference.repair,
            repair_label=repair,
            state=difference.state,
            found_at=difference.found_at,
            seen_at=difference.seen_at,
            times=difference.times,
        )


class NightAnswer(CopiedAnswer):
    """The figures of one night's comparison."""

    at: Instant
    complete: bool
    there: int
    here: int
    equal: int
    waiting: int
    repaired: int
    differences: int


class StandingAnswer(CopiedAnswer):
    """How the sync stands: while `closed_since` is set no call is made before `resumes_at`."""

    closed_since: Instant | None
    resumes_at: Instant | None
    failing_since: Instant | None
    nights: list[NightAnswer]


class DifferencesAnswer(Answer):
    """One page of what waits."""

    differences: list[DifferenceAnswer]
    next: str | None
    standing: StandingAnswer
    as_of: Instant

    @classmethod
    def of(cls, found: DifferenceList, lines: list[DifferenceAnswer]) -> DifferencesAnswer:
        """Return the page with its lines in words."""
        return cls(differences=lines, next=found.next, standing=StandingAnswer.of(found.standing), as_of=found.as_of)
