"""Reports that can no longer change: for every form and period the first version, and named restatements of it.

The files lie under names with their hash, in a bucket that overwrites and deletes nothing for years. The documents of
this module only list them.
"""

from __future__ import annotations

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.history_counts import CITY
from petitions.domain.reports.report import Report
from petitions.domain.shared.records import Instant, Record, Root


class FrozenFile(Record):
    """A file of a frozen report, with its hash."""

    object: str
    name: str
    media_type: str
    size: int
    sha256: str


class FrozenVersion(Record):
    """One version of a frozen report: the first, or a restatement."""

    number: int
    """The number of the version. The first is 1."""
    restates: str = ""
    """The name of the restatement, which contains its reason. Empty for the first version."""
    hash: str
    inputs: str
    formula: str
    cut: Instant
    at: Instant
    by: str
    role: Role
    files: list[FrozenFile]


class PublicNumber(Record):
    """A column of a report with its number for the whole city."""

    head: str
    definition: str
    number: int


class PublicReport(Root):
    """The public part of a version: the row of the whole city, in which nobody can be recognised.

    It is stored as `reports/{form, period}` in the public database.
    """

    form: str
    title: str
    period_label: str
    caveats: list[str]
    since: Instant
    until: Instant
    cut: Instant
    version: int
    restates: str
    frozen_at: Instant
    hash: str
    numbers: list[PublicNumber]


class FrozenReport(Root):
    """The frozen versions of the report for one form and period."""

    id: str
    form: str
    period_kind: str
    period_name: str
    period_label: str
    until: Instant
    versions: list[FrozenVersion] = Field(default_factory=list)
    public: PublicReport | None = None
    """The public part. At most one version is public."""

    def with_hash(self, digest: str) -> FrozenVersion | None:
        return next((version for version in self.versions if version.hash == digest), None)


def frozen_id(form: str, kind: str, name: str) -> str:
    """Return the id for a form and period, made of letters, digits, dots and hyphens only."""
    return f"{form}-{kind}-{name}".replace("/", "-").replace("_", "-")


def frozen_path(report_id: str) -> str:
    return f"frozen_reports/{report_id}"


def public_report_path(report_id: str) -> str:
    return f"reports/{report_id}"


def public_report(version: FrozenVersion, report: Report) -> PublicReport:
    """Return the public part of a version of a report: the row of the whole city."""
    cells = zip(report.columns, report.rows[CITY], strict=True)
    numbers = [
        PublicNumber(head=": ".join(column.heads), definition=column.definition, number=number)
        for column, number in cells
    ]
    return PublicReport(
        form=report.form, title=report.title, period_label=report.period_label, caveats=report.caveats,
        since=report.since, until=report.until, cut=version.cut, version=version.number, restates=version.restates,
        frozen_at=version.at, hash=version.hash, numbers=numbers,
    )  # fmt: skip


def frozen_object(report_id: str, digest: str, name: str) -> str:
    """Return the name in the bucket for a file of the version with this hash."""
    return f"frozen/{report_id}/{digest}/{name}"
