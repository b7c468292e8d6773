"""Reports that were frozen: of each form and period the first one, and beside it named restatements.

The files are in a bucket that overwrites nothing and deletes nothing for years, under a name that has their hash. This
document only says which there are.
"""

from __future__ import annotations

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.shared.records import Instant, Record, Root


class FrozenFile(Record):
    """A file of a frozen report."""

    object: str
    name: str
    media_type: str
    size: int
    sha256: str


class FrozenVersion(Record):
    """The report as it was frozen, or restated."""

    number: int
    """From 1, which is the report itself."""
    restates: str = ""
    """Of a restatement: its name, which says why."""
    hash: str
    inputs: str
    formula: str
    cut: Instant
    at: Instant
    by: str
    role: Role
    files: list[FrozenFile]


class FrozenReport(Root):
    """A form and a period, and what was frozen of it."""

    id: str
    form: str
    period_kind: str
    period_name: str
    period_label: str
    until: Instant
    versions: list[FrozenVersion] = Field(default_factory=list)

    def with_hash(self, digest: str) -> FrozenVersion | None:
        """Return the version that has this hash, or None."""
        return next((each for each in self.versions if each.hash == digest), None)


def frozen_id(form: str, kind: str, name: str) -> str:
    """Return the id of a form and period: letters, digits, dots, hyphens."""
    return f"{form}-{kind}-{name}".replace("/", "-").replace("_", "-")


def frozen_path(report_id: str) -> str:
    """Return the path of the document."""
    return f"frozen_reports/{report_id}"


def frozen_object(report_id: str, digest: str, name: str) -> str:
    """Return the name of a file in the bucket."""
    return f"frozen/{report_id}/{digest}/{name}"
