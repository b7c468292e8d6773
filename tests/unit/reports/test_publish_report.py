"""The choice of a report's public version, tested on the use case."""

from __future__ import annotations

from typing import cast

import pytest

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.reports.frozen import FrozenReport, FrozenVersion, frozen_path
from petitions.domain.reports.report import Report, make_report
from petitions.errors import NotFound
from petitions.usecases.reports.publish_report import PublishReport
from petitions.usecases.reports.read_reports import ReadReports
from tests.fakes import FakeClock, FakeIds, FakeStore
from tests.unit.reports.test_balance import CUT, FORMS, GOOD, PERIOD

BY = Officer(id="o", name="An", email="o@example.vn", unit="VPUB", role=Role.COORDINATOR)
REPORT, _ = make_report(FORMS, FORMS.forms[0], PERIOD, CUT, [GOOD])


class Frozen:
    def __init__(self) -> None:
        self.store = FakeStore()
        versions = [
            FrozenVersion(
                number=number, hash=f"hash{number}", inputs="i", formula="f", cut=CUT, at=CUT, by="o",
                role=Role.COORDINATOR, files=[],
            )
            for number in (1, 2)
        ]  # fmt: skip
        made = FrozenReport(
            id="r", form=REPORT.form, period_kind="quarter", period_name="2026-1", period_label="Quý 1", until=CUT,
            versions=versions,
        )  # fmt: skip
        self.store.create(frozen_path("r"), made.stored())
        self.use = PublishReport(self.store, FakeClock(), FakeIds(), cast("ReadReports", self))

    def frozen_one(self, report_id: str, number: int) -> tuple[FrozenReport, FrozenVersion]:
        known = FrozenReport.model_validate(self.store.get(frozen_path(report_id)))
        if number > len(known.versions):
            raise NotFound("none")
        return known, known.versions[number - 1]

    def frozen_report(self, _: FrozenVersion) -> Report:
        return REPORT

    @property
    def public(self) -> int | None:
        public = self.frozen_one("r", 1)[0].public
        return public.version if public else None

    @property
    def audited(self) -> list[tuple[str, str]]:
        found = (self.store.documents[path] for path in self.store.paths("audit"))
        return [(entry["action"], entry.get("reason", "")) for entry in found]


@pytest.fixture
def frozen() -> Frozen:
    return Frozen()


def test_one_version_is_public_and_another_takes_its_place(frozen: Frozen) -> None:
    for number in (1, 1, 2):
        frozen.use(BY, "r", number)
        assert frozen.public == number
    assert frozen.audited == [("report_published", "hash1"), ("report_published", "hash2")]


def test_only_the_version_that_is_public_is_taken_back(frozen: Frozen) -> None:
    frozen.use.take_back(BY, "r", 1)
    frozen.use(BY, "r", 2)
    frozen.use.take_back(BY, "r", 1)
    assert frozen.public == 2
    with pytest.raises(NotFound):
        frozen.use.take_back(BY, "r", 3)
    assert frozen.public == 2
    frozen.use.take_back(BY, "r", 2)
    assert frozen.public is None
    assert [action for action, _ in frozen.audited] == ["report_published", "report_unpublished"]
