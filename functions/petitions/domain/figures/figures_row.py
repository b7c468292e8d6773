"""Values derived from the counts of a unit, field, ward, kind or span of time: shares, times and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.clock.ledger import HOURS_A_DAY
from petitions.domain.clock.punctuality import on_time
from petitions.domain.figures.figures import OUTCOME_COUNTERS, WAY_COUNTERS, WAY_SUMS, quantile_hours

ARRIVED = ("received", "moved_in")
"""The counters that add up to the petitions received: filed in the unit, or transferred to it.

The city counts every petition once.
"""
OPENED_AGAIN = ("reopened", "unmerged")
RATINGS = ("rated_1", "rated_2", "rated_3")
LEFT = (*OUTCOME_COUNTERS.values(), "moved_out")
"""The counters of all events that end a petition's being open in a unit."""
COUNTS: Mapping[str, tuple[str, ...]] = {
    "arrived": ARRIVED,
    "opened_again": OPENED_AGAIN,
    "rated": RATINGS,
    **{
        name: (name,)
        for name in (
            *LEFT, "received", "moved_in", "moved", "on_time", "late", "reopened", "unmerged", "extended", "asked",
            "late_reception", "late_transfer", "late_answer", *RATINGS,
        )
    },
    **{WAY_COUNTERS[way]: counters for way, counters in WAY_SUMS.items()},
}  # fmt: skip
"""The counters that add up to a number shown, by the name of the number."""


def percent(part: int, whole: int) -> int | None:
    """Return the share in whole per cent, as all pages show it, or None if `whole` is 0.

    Halves are rounded up. Only all is 100 and only none is 0: 199 of 200 -> 99, 1 of 300 -> 1.
    """
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return min(rounded, 99) if part < whole and part else max(rounded, 0) if not part else 100


@dataclass(frozen=True)
class FiguresRow:
    """The statistics of one unit, field, ward, kind or span of time.

    Times are those of answered petitions, or None if there are none.
    """

    key: str
    counts: Mapping[str, int]
    open: int | None = None
    """The number of petitions open at the end of the period, or now while it runs. None if unknown."""
    overdue: int | None = None
    """The number of petitions overdue when the figures were counted. None if unknown."""

    def number(self, name: str) -> int:
        """Return one of the numbers in COUNTS by its name."""
        return sum(self.counts.get(counter, 0) for counter in COUNTS[name])

    @property
    def arrived(self) -> int:
        """Return the number of petitions that the unit received, by filing or by transfer."""
        return self.number("arrived")

    @property
    def handled(self) -> int:
        """Return the number of petitions answered."""
        return self.number("handled")

    @property
    def gained(self) -> int:
        """Return the increase in open petitions. It is negative for a decrease."""
        return self.arrived + self.number("opened_again") - sum(self.number(name) for name in LEFT)

    @property
    def on_time(self) -> tuple[int, int]:
        """Return the number of petitions on time (LAW 7.4), and the number of all that count.

        Both are 0 if the number of overdue petitions is unknown.
        """
        return on_time({"on_time": self.number("on_time"), "late": self.number("late"), "overdue": self.overdue})

    @property
    def satisfied(self) -> tuple[int, int]:
        """Return the number of satisfied or very satisfied ratings, and the number of all ratings."""
        return self.number("rated") - self.number("rated_3"), self.number("rated")

    @property
    def paused_days(self) -> float | None:
        """Return the working days (of eight hours) for which petitions waited for their citizens, or None."""
        minutes = self.counts.get("paused_minutes", 0)
        return minutes / (HOURS_A_DAY * 60) if minutes else None

    @property
    def median(self) -> float | None:
        """Return the median time from filing to the answer in hours, or None without answers."""
        return quantile_hours(self.counts, 0.5)

    @property
    def ninth_decile(self) -> float | None:
        """Return the number of hours within which nine of ten answers came, or None without answers."""
        return quantile_hours(self.counts, 0.9)
