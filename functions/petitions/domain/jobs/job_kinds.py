"""The kinds of long-running jobs, as data. `wiring/reports.py` has their workers, and a test compares both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from petitions.domain.language.named_people import names_somebody
from petitions.domain.language.redaction import masked
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.written import written_day

LONGEST_PARAM = 500
_NAME = re.compile(r"[0-9A-Za-z._:/-]{0,60}")


def is_name(value: str) -> bool:
    """Return whether the value can be the name of a form, a period or a version. Texts and personal numbers cannot."""
    return _NAME.fullmatch(value) is not None and masked(value) == value


def is_day(value: str) -> bool:
    """Return whether the value is a day as `written_day` reads it."""
    return written_day(value) is not None


def is_short(value: str) -> bool:
    """Return whether the value is short enough to be stored and contains no personal number."""
    return len(value) <= LONGEST_PARAM and masked(value) == value


def is_public(value: str) -> bool:
    """Return whether the value may be published: it is short and names nobody."""
    return is_short(value) and not names_somebody(value, ())


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its name on the desk, the permission needed to start it, and its parameters with their checks."""

    label: str
    permission: Permission
    params: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)
    names_petitions: bool = False
    """Whether the files of such a job list single petitions."""
    words: frozenset[str] = frozenset()
    """The parameters that are an officer's own words. The audit does not repeat them."""


COUNTED_FROM = ("o-so-lieu.json.gz", "du-lieu-vao.jsonl.gz")
"""The files of an official report that list every counted petition with its steps."""


def may_fetch(officer: Officer, name: str) -> bool:
    """Return whether the officer may download a file of this name.

    Files that list all petitions are for coordinators only. Other officers may belong to an office that a petition
    accuses (LAW 7.8).
    """
    return officer.role is Role.COORDINATOR or name not in COUNTED_FROM


SYSTEM = "system"
"""The officer id of jobs that a schedule started. Officers with the permission for that kind may get their files."""
REPORT_PARAMS = {"form": is_name, "period": is_name, "name": is_name}
_RESTATES = frozenset({"restates"})

JOB_KINDS: Mapping[str, JobKind] = {
    "official_report": JobKind("Báo cáo theo biểu", Permission.REPORT, REPORT_PARAMS),
    "make_scoring": JobKind(
        "Chấm điểm đơn vị", Permission.SCORE, {"name": is_name, "restates": is_public}, words=_RESTATES
    ),
    "freeze_scoring": JobKind("Chốt điểm đơn vị", Permission.SCORE, {"scoring": is_name}),
    "list_files": JobKind(
        "Tệp của danh sách hồ sơ", Permission.LIST, {"view": is_name, "filters": is_short}, names_petitions=True
    ),
    "difficulty_list": JobKind("Danh mục khó khăn", Permission.DIFFICULTIES, {"since": is_day, "until": is_day}),
    "management_report": JobKind("Báo cáo điều hành", Permission.MANAGEMENT, {"name": is_name}),
    "check_entries": JobKind("Kiểm tra tệp phản ánh", Permission.KEY_IN),
    "import_entries": JobKind("Nhập tệp phản ánh", Permission.KEY_IN),
    "freeze_report": JobKind(
        "Chốt báo cáo", Permission.REPORT, REPORT_PARAMS | {"restates": is_public}, words=_RESTATES
    ),
}
