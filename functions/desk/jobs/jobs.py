"""The page of an officer's background jobs, such as exports and reports, with their progress and files."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from desk.words.job_words import asked_in_words
from petitions.domain.jobs.job import Job, JobFile, JobState
from petitions.domain.jobs.job_kinds import JOB_KINDS, may_fetch
from petitions.domain.officers.policy import Permission
from petitions.web import disposition

jobs = guarded(Blueprint("jobs", __name__))

STATE_LABELS = {
    JobState.QUEUED: ("Đang chờ", ""),
    JobState.RUNNING: ("Đang làm", "warn"),
    JobState.DONE: ("Xong", "good"),
    JobState.FAILED: ("Không làm được", "bad"),
    JobState.EXPIRED: ("Hết hạn tải", ""),
}
WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})


@jobs.get("/jobs")
@needs(Permission.ENTER)
def page() -> Page:
    """Show the officer's own jobs. The page reloads itself while one of them waits or runs."""
    found = parts().jobs.newest(me())
    waits = any(job.state in WAITING for job in found)
    return render_template(
        "jobs.html",
        found=found,
        waits=waits,
        STATES=STATE_LABELS,
        label=label,
        asked=asked_in_words,
        offered=offered,
    )


@jobs.post("/jobs")
@needs(Permission.ENTER)
def ask() -> Page:
    """Request a background job of a `kind`. All other fields of the form are its parameters.

    A form that was sent twice, recognised by its `key`, requests one job.
    """
    given = {name: value for name, value in request.form.items() if name not in {"csrf", "kind", "key"}}
    parts().ask_job(me(), request.form.get("kind", ""), given, request.form.get("key", ""))
    flash("Đã nhận yêu cầu. Tệp sẽ có ở trang này khi làm xong; anh/chị có thể làm việc khác trong lúc chờ.")
    return redirect("/jobs", HTTPStatus.SEE_OTHER)


@jobs.get("/jobs/<job_id>/files/<int:number>")
@needs(Permission.ENTER)
def file(job_id: str, number: int) -> Page:
    """Send a file of a finished job. The download is recorded in the audit log."""
    found, pieces = parts().jobs.fetch(me(), job_id, number)
    answer = Response(pieces, mimetype=found.media_type)
    answer.headers["Content-Disposition"] = disposition(found.name)
    return answer


def offered(job: Job) -> list[tuple[int, JobFile]]:
    """Return the files of a job that the signed-in officer may download, each with its number."""
    return [(number, job_file) for number, job_file in enumerate(job.files) if may_fetch(me(), job_file.name)]


def label(job: Job) -> str:
    """Return the Vietnamese name of the job's kind, or the kind if the software no longer has it."""
    return JOB_KINDS[job.kind].label if job.kind in JOB_KINDS else job.kind
