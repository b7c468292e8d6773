"""The kinds of long work, as data. `wiring/reports.py` names the worker of each; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.officers.policy import Permission


@dataclass(frozen=True)
class JobKind:
    """A kind of work: its name on the desk, who may ask for it, and the names of what must be said."""

    label: str
    permission: Permission
    params: frozenset[str] = frozenset()


SYSTEM = "system"
"""Who has asked for the work of a schedule: whoever may ask for such work may have its files."""
REPORT_PARAMS = frozenset({"form", "period", "name"})

JOB_KINDS: Mapping[str, JobKind] = {
    "official_report": JobKind("Báo cáo theo biểu", Permission.REPORT, REPORT_PARAMS),
    "make_scoring": JobKind("Chấm điểm đơn vị", Permission.SCORE, frozenset({"name", "restates"})),
    "freeze_scoring": JobKind("Chốt điểm đơn vị", Permission.SCORE, frozenset({"scoring"})),
    "list_files": JobKind("Tệp của danh sách hồ sơ", Permission.LIST, frozenset({"view", "filters", "said"})),
    "difficulty_list": JobKind("Danh mục khó khăn", Permission.DIFFICULTIES, frozenset({"since", "until"})),
    "management_report": JobKind("Báo cáo điều hành", Permission.MANAGEMENT, frozenset({"name"})),
    "freeze_report": JobKind("Chốt báo cáo", Permission.REPORT, REPORT_PARAMS | {"restates"}),
}
