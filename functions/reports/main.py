"""`reports`: does the long work that officers asked for, such as official reports and exports, and signs papers."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, reports


def _job(push: Push) -> None:
    reports.run_job()(push.text("id"))


def _paper(push: Push) -> None:
    reports.make_paper_files()(push.text("code"), push.text("paper"))


_entry = base.entry(
    "reports",
    pushes={"jobs-reports": _job, "papers-reports": _paper},
    schedules={"jobs-sweep": reports.sweep_jobs, "management-report": reports.send_management_report},
)


def main(request: Any) -> Response:
    """Handle a request to the function."""
    return _entry(request)
