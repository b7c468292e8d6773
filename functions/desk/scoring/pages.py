"""The pages of the yearly scoring of units.

The inspector requests a draft, units can contest single petitions in it for some time, then the scores are frozen.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, require_sure, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.jobs.job import JobState
from petitions.domain.officers.policy import Permission, may, sees_all
from petitions.domain.reports.periods import around
from petitions.domain.scoring.criteria import WHOLE
from petitions.domain.scoring.scores import HUNDREDTHS
from petitions.domain.scoring.scoring import may_contest, open_contests
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.usecases.scoring.contest_scores import LONGEST
from petitions.usecases.scoring.freeze_scoring import may_freeze
from petitions.usecases.scoring.make_scoring import period_of
from petitions.web import disposition

scoring = guarded(Blueprint("scoring", __name__))

GROUPS = {"departments": "Sở, ban, ngành", "wards": "Xã, phường"}
STATES = {"open": "Chờ Sở Nội vụ trả lời", "accepted": "Được chấp nhận: không tính hồ sơ này", "rejected": "Giữ nguyên"}
JOBS = frozenset({"make_scoring", "freeze_scoring"})
WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})
YEARS_BACK = 3
QUERY = ("version",)


@scoring.get("/scoring")
@needs(Permission.SCORES)
def listed() -> Page:
    """Show the scored years. Inspectors also get the form for a new scoring and their running jobs."""
    return _listed()


@scoring.post("/scoring/make")
@needs(Permission.SCORE)
def make() -> Page:
    """Request a draft of a year's scores. For a frozen year, `restates` is the reason for a correction."""
    asked = {"name": request.form.get("name", ""), "restates": request.form.get("restates", "")}
    try:
        period_of(parts().reference.report_forms.periods, parts().reference.scoring, asked["name"])
        parts().ask_job(me(), "make_scoring", asked, request.form.get("key", ""))
    except Rejected as error:
        return _listed(refusal=error), status_of(error)
    flash("Đang chấm. Bảng điểm hiện ở dưới khi xong.")
    return redirect("/scoring", HTTPStatus.SEE_OTHER)


@scoring.get("/scoring/<scoring_id>")
@needs(Permission.SCORES)
def one(scoring_id: str) -> Page:
    """Show the scores of a year, or of one of its versions by `?version=`.

    Officers without access to all units see only their own unit.
    """
    return _one(scoring_id)


@scoring.post("/scoring/<scoring_id>/freeze")
@needs(Permission.SCORE)
def freeze(scoring_id: str) -> Page:
    """Request that a draft is frozen, i.e. stored unchangeably. This needs a confirmation.

    Refused while units may still contest the draft, and while contests are unanswered.
    """
    known = parts().scoring.one(scoring_id)
    try:
        if not known.is_frozen:
            may_freeze(known, parts().clock.now())
        require_sure()
        parts().ask_job(me(), "freeze_scoring", {"scoring": known.id}, request.form.get("key", ""))
    except Rejected as error:
        return _one(scoring_id, refusal=error), status_of(error)
    flash("Đang chốt. Bản đã chốt hiện ở trang này khi xong.")
    return redirect(f"/scoring/{known.id}", HTTPStatus.SEE_OTHER)


@scoring.get("/scoring/<scoring_id>/units/<unit_code>")
@needs(Permission.SCORES)
def explained(scoring_id: str, unit_code: str) -> Page:
    """Show how the score of a unit arose, with the petitions counted and the unit's contests."""
    return _explained(scoring_id, unit_code)


@scoring.post("/scoring/<scoring_id>/contests")
@needs(Permission.CONTEST)
def contest(scoring_id: str) -> Page:
    """Record a unit's objection that a petition counts toward a criterion of its score. The reason is required."""
    criterion, _, code = request.form.get("case", "").partition(" ")
    why = lines(request.form, "text")
    try:
        parts().contest_scores.contest(me(), scoring_id, criterion, code, why)
    except NotFound:
        raise
    except Rejected as error:
        return _explained(scoring_id, me().unit, refusal=error, typed=request.form), status_of(error)
    flash("Đã gửi ý kiến tới Sở Nội vụ; câu trả lời hiện ở trang này.")
    return redirect(f"/scoring/{scoring_id}/units/{me().unit}", HTTPStatus.SEE_OTHER)


@scoring.post("/scoring/<scoring_id>/contests/<contest_id>")
@needs(Permission.SCORE)
def answer(scoring_id: str, contest_id: str) -> Page:
    """Accept or reject a unit's contest, with an explanation. Raise NotFound for an unknown contest."""
    accepted, text = request.form.get("accepted") == "1", lines(request.form, "text")
    found = next((item for item in parts().scoring.one(scoring_id).contests if item.id == contest_id), None)
    if found is None:
        raise NotFound("Không có ý kiến này.", reason="contest_unknown")
    try:
        parts().contest_scores.answer(me(), scoring_id, contest_id, accepted=accepted, text=text)
    except Rejected as error:
        typed = {"contest": contest_id, "text": text}
        return _explained(scoring_id, found.unit, refusal=error, typed=typed), status_of(error)
    flash("Đã trả lời đơn vị.")
    return redirect(f"/scoring/{scoring_id}/units/{found.unit}", HTTPStatus.SEE_OTHER)


@scoring.get("/scoring/<scoring_id>/inputs")
@needs(Permission.SCORE)
def inputs(scoring_id: str) -> Page:
    """Send the data from which a version of the scores was calculated, as compressed JSON lines.

    The command `recount-scores` of `infra.operate` recalculates the scores from them and compares the hash. The
    download is recorded in the audit log.
    """
    known = parts().scoring.one(scoring_id)
    version = parts().scoring.version(known, _number())
    pieces = parts().scoring.fetch(me(), known, version)
    response = Response(pieces, mimetype="application/gzip")
    name = f"cham-diem-{known.id}-{version.number}.jsonl.gz"
    response.headers["Content-Disposition"] = disposition(name)
    return response


def percent(share: int) -> str:
    """Return a share in ten-thousandths as a percentage with a decimal comma: 9850 -> "98,5"."""
    return f"{share * 100 / WHOLE:.1f}".replace(".", ",")


def points(hundredths: int) -> str:
    """Return hundredths of points as points with a decimal comma: 4825 -> "48,25"."""
    return f"{hundredths / HUNDREDTHS:.2f}".replace(".", ",")


def _number() -> int | None:
    return written_number(request.args.get("version", ""), 3)  # three digits are enough for all versions


def _listed(**more: Any) -> str:
    data = parts().reference
    kind = next(period for period in data.report_forms.periods if period.kind == data.scoring.period)
    periods = [around(kind, hanoi(parts().clock.now()).date())]
    while len(periods) < YEARS_BACK:
        periods.append(around(kind, periods[-1].first.fromordinal(periods[-1].first.toordinal() - 1)))
    own = [job for job in parts().jobs.newest(me()) if job.kind in JOBS] if _scores() else []
    return render_template(
        "scoring.html", known=parts().scoring.newest(), periods=periods[1:], rules=parts().reference.scoring,
        jobs=[job for job in own if job.state in WAITING | {JobState.FAILED}],
        waits=any(job.state in WAITING for job in own), scores=_scores(), key=parts().ids.token(), points=points,
        **({"refusal": None} | more),
    )  # fmt: skip


def _one(scoring_id: str, **more: Any) -> str:
    known = parts().scoring.one(scoring_id)
    version = parts().scoring.version(known, _number())
    found = parts().scoring.scores(me(), version)
    rules = parts().scoring.rules(version)
    now = parts().clock.now()
    return render_template(
        "scoring_year.html", known=known, version=version, rules=rules, found=found, GROUPS=GROUPS,
        whole=sees_all(me()), scores=_scores(), waiting=open_contests(known),
        over=Until(known.contest_until).is_over(now),
        counts=parts().difficulties.counts(known.since, known.until) if sees_all(me()) else {},
        percent=percent, points=points, key=parts().ids.token(), **({"refusal": None} | more),
    )  # fmt: skip


def _explained(scoring_id: str, unit: str, **more: Any) -> str:
    known = parts().scoring.one(scoring_id)
    found = parts().scoring.explained(me(), known, parts().scoring.version(known, _number()), unit)
    contests = may(me(), Permission.CONTEST) and me().unit == unit and may_contest(known, parts().clock.now())
    contested = {(item.criterion, item.code) for item in found.contests}
    return render_template(
        "scoring_unit.html", found=found, known=known, contests=contests, contested=contested, STATES_OF=STATES,
        scores=_scores(), percent=percent, points=points, longest=LONGEST, GROUPS=GROUPS,
        **({"refusal": None, "typed": {}} | more),
    )  # fmt: skip


def _scores() -> bool:
    return may(me(), Permission.SCORE)
