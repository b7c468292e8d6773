"""`reports`: runs long jobs that officers requested, such as exports, and creates official papers."""

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
    """Handle a Pub/Sub push with a job or a paper, or a call of the scheduler."""
    return _entry(request)
