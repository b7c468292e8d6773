"""Administration of reference data: calendars, deadline rules, reminders and the like.

A new version is previewed with the deadlines that it would move, and then published. Earlier versions can be restored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.clock.calendar_days import DAY_CHOICES, with_day
from petitions.domain.clock.ladder import RECIPIENT_LABELS
from petitions.domain.clock.rule_forms import (
    CHORE_NUMBERS,
    CONFIDENCES,
    FORMS,
    LADDERS,
    PAPER_WORDS,
    RULE_NUMBERS,
    still_in_force,
    with_form,
)
from petitions.domain.officers.policy import Permission
from petitions.domain.papers.paper_forms import PaperForms
from petitions.domain.papers.samples import samples
from petitions.domain.reminders.deadline_moves import MovedDeadlines
from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.reference_data import REFERENCE_LABELS
from petitions.errors import NotFound, Rejected
from petitions.usecases.reference.publish_reference import PUBLISHED_KINDS, ReferenceProposal, WrongReference, by_unit

reference = guarded(Blueprint("reference", __name__))

TERM_UNITS = {"working_hours": "giờ làm việc", "working_days": "ngày làm việc", "calendar_days": "ngày"}
MOST_SHOWN = 20
LONGEST_REFERENCE = 200_000
"""The most characters of a typed text, and the most bytes of a file."""


@dataclass(frozen=True)
class ShownReference:
    """An edited version of reference data as shown on its page: the text, its faults and its effects on deadlines."""

    text: str | None = None
    faults: list[str] = field(default_factory=list)
    proposal: ReferenceProposal | None = None
    moved: list[MovedDeadlines] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    """The number of open petitions whose deadlines follow earlier rules, by version of the rules."""


@reference.get("/admin/reference/<kind>")
@needs(Permission.ADMINISTER)
def in_force(kind: str) -> str:
    """Show the published version of a `kind` of reference data, such as `calendars`, as tables and as JSON.

    `?version=` loads an earlier version into the form. Raise NotFound for an unknown `kind`.
    """
    _check(kind)
    version = request.args.get("version", "")
    return _page(kind, ShownReference(_pretty(parts().publish.former(kind, version)) if version else None))


@reference.post("/admin/reference/<kind>")
@needs(Permission.ADMINISTER)
def publish(kind: str) -> Page:
    """Preview a new version of reference data. With `do=publish`, publish the previewed version.

    An uploaded file replaces the text of the field. `do=day` changes one day of the calendar in the text, and `do=form`
    builds the text from the fields of the form. Faults are listed on the page.
    """
    _check(kind)
    form, text, proposal, moved = request.form, request.form.get("data", ""), None, list[MovedDeadlines]()
    try:
        text = _uploaded() or text
        if form.get("do") == "day":
            text = _with_day(text)
        elif form.get("do") == "form":
            text = _with_fields(kind, text)
        proposal = parts().publish.proposed(kind, text, form.get("seen", ""))
        moved = parts().publish.moves(proposal.plan) or []
        if form.get("do") == "publish":
            parts().publish.publish_proposed(me(), parts().ids.token(), proposal, form.get("previewed", ""))
            flash("Đã công bố. Có hiệu lực trong vòng một phút; thời hạn đang mở được tính lại sau đó hai phút.")
            return redirect(f"/admin/reference/{kind}", HTTPStatus.SEE_OTHER)
    except Rejected as error:
        faults = error.faults if isinstance(error, WrongReference) else [str(error)]
        return _page(kind, ShownReference(text, faults, proposal, moved)), status_of(error)
    kept = parts().publish.kept_terms(proposal.plan)
    return _page(kind, ShownReference(text, proposal=proposal, moved=moved, kept=kept))


def _check(kind: str) -> None:
    if kind not in PUBLISHED_KINDS:
        raise NotFound("Không có loại dữ liệu này.")


def _uploaded() -> str:
    """Return the text of the uploaded file, or "" without a file. Raise WrongReference if too large or not UTF-8."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    given = file.stream.read(LONGEST_REFERENCE + 1)
    if len(given) > LONGEST_REFERENCE:
        raise WrongReference([f"Tệp lớn hơn {LONGEST_REFERENCE // 1000} KB."])
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongReference(["Tệp không phải văn bản UTF-8."]) from error


def _with_day(text: str) -> str:
    """Return the calendar `text` with one day changed as the form asks. Raise WrongReference if a value is invalid."""
    form = request.form
    given = [form.get(name, "").strip() for name in ("day", "what", "name", "basis")]
    try:
        data = json.loads(text)
        if faults := parts().publish.faults_in_words("calendars", data):
            raise WrongReference(faults)
        return _pretty(with_day(data, *given))
    except ValueError as error:
        raise WrongReference([str(error)]) from error


def _with_fields(kind: str, text: str) -> str:
    """Return the data in `text`, changed by the fields of the form. Raise WrongReference if a value is invalid."""
    try:
        data = json.loads(text)
        if kind not in FORMS or parts().publish.faults_in_words(kind, data):
            data = parts().publish.in_force(kind)
        return _pretty(with_form(kind, data, request.form.to_dict(flat=False), hanoi(parts().clock.now()).date()))
    except ValueError as error:
        raise WrongReference(str(error).split("\n")) from error


def _shown_data(kind: str, text: str, data: Any) -> Any:
    try:
        edited = json.loads(text)
    except ValueError:
        return data
    return data if parts().publish.faults_in_words(kind, edited) else edited


def _pretty(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _page(kind: str, shown: ShownReference) -> str:
    data, today = parts().publish.in_force(kind), hanoi(parts().clock.now()).date()
    text = _pretty(data) if shown.text is None else shown.text
    edited = _shown_data(kind, text, data)
    return render_template(
        "admin_reference.html", kind=kind, name=REFERENCE_LABELS[kind], data=data, version=version_of(data),
        shown=shown, text=text, units=by_unit(shown.moved), SHOWN=MOST_SHOWN, edited=edited,
        sheets=samples(PaperForms.load(edited), parts().directory, today) if kind == "paper_forms" else [],
        CHOICES=DAY_CHOICES, history=parts().publish.history(kind), path=request.path, typed=request.form,
        has_form=kind in FORMS, NUMBERS=RULE_NUMBERS, LADDERS=LADDERS, CHORES=CHORE_NUMBERS,
        RECIPIENTS=RECIPIENT_LABELS, CONFIDENCES=CONFIDENCES, PAPER_WORDS=PAPER_WORDS, TERM_UNITS=TERM_UNITS,
        rule_lasts=lambda rule: still_in_force(rule, today),
    )  # fmt: skip
