"""The inbox of citizens who wait for an officer, with the actions on their requests, and the list of low ratings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from desk.shell.forms import Page, lines, status_of
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.contact.contact_request import LONGEST_WORDS, OUTCOME_LABELS, OWED, ContactOutcome
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.policy import Permission
from petitions.errors import NotFound, Rejected
from petitions.usecases.contact.read_contacts import ContactLine
from petitions.usecases.desk.work_list_query import views

inbox = guarded(Blueprint("inbox", __name__))


@inbox.get("/contacts")
@needs(Permission.CONTACT)
def contacts() -> Page:
    """Show the open contact requests, or with `?closed=1` the closed ones."""
    return _page(closed=request.args.get("closed") == "1")


@inbox.get("/contacts/dissatisfied")
@needs(Permission.CONTACT)
def dissatisfied() -> Page:
    """Show the petitions that received the lowest rating, with the reasons given by their filers."""
    return render_template("dissatisfied.html", petitions=parts().contacts.dissatisfied(me()), **_lists())


@inbox.post("/contacts/<request_id>/see")
@needs(Permission.CONTACT)
def see(request_id: str) -> Page:
    """Record that the officer has seen a contact request, unless another officer saw it before."""
    parts().handle_contact.see(me(), request_id)
    flash("Đã ghi nhận người xem.")
    return redirect("/contacts", HTTPStatus.SEE_OTHER)


@inbox.post("/contacts/<request_id>/reveal")
@needs(Permission.CONTACT)
def reveal(request_id: str) -> Page:
    """Show the citizen's contact data for a request about a possible danger.

    The reason is required. Every disclosure is recorded in the audit log.
    """
    reason = request.form.get("reason", "")
    try:
        found = parts().reveal.of_request(me(), request_id, reason)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error, tried=request_id, why=reason), status_of(error)
    return _page(revealed=request_id, contact=found)


@inbox.post("/contacts/<request_id>/answer")
@needs(Permission.CONTACT)
def answer(request_id: str) -> Page:
    """Send the typed answer to the citizen over Zalo, or to the national portal if the citizen filed there."""
    text, chosen = lines(request.form, "text"), request.form.get("outcome", "")
    try:
        parts().handle_contact.answer(me(), request_id, text)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error, tried=request_id, typed=text, chosen=chosen), status_of(error)
    flash("Lời trả lời được gửi cho công dân qua Zalo, hoặc lên Cổng quốc gia nếu phản ánh được gửi ở đó.")
    return redirect("/contacts", HTTPStatus.SEE_OTHER)


@inbox.post("/contacts/<request_id>/give-answer")
@needs(Permission.CONTACT)
def give_answer(request_id: str) -> Page:
    """Record that an officer brought the answer to the filer, or why this failed (`given` is yes or no).

    This closes the request. The note is required.
    """
    text, given = lines(request.form, "text"), request.form.get("given") == "yes"
    try:
        parts().handle_contact.give_answer(me(), request_id, text, given=given)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error, tried=request_id, typed=text), status_of(error)
    flash("Đã ghi vào lịch sử của hồ sơ.")
    return redirect("/contacts", HTTPStatus.SEE_OTHER)


@inbox.post("/contacts/<request_id>/close")
@needs(Permission.CONTACT)
def close(request_id: str) -> Page:
    """Close a contact request with its outcome. A typed answer is sent to the citizen first."""
    chosen, text, code = request.form.get("outcome", ""), lines(request.form, "text"), request.form.get("code", "")
    outcome = ContactOutcome(chosen) if chosen in set(ContactOutcome) else None
    try:
        parts().handle_contact.close(me(), request_id, outcome, text, code)
    except NotFound:
        raise
    except Rejected as error:
        return _page(refusal=error, tried=request_id, typed=text, chosen=chosen, code=code), status_of(error)
    flash("Lời trả lời được gửi và yêu cầu đã đóng." if text.strip() else "Đã đóng yêu cầu.")
    return redirect("/contacts", HTTPStatus.SEE_OTHER)


def _listed(*, closed: bool) -> list[ContactLine]:
    return parts().contacts.closed(me()) if closed else parts().contacts.open(me())


def _page(
    *,
    closed: bool = False,
    refusal: Rejected | None = None,
    tried: str = "",
    typed: str = "",
    chosen: str = "",
    **more: Any,
) -> str:
    return render_template(
        "contacts.html",
        lines=_listed(closed=closed),
        closed=closed,
        refusal=refusal,
        tried=tried,
        typed=typed,
        chosen=chosen,
        OWED=OWED,
        OUTCOMES=OUTCOME_LABELS,
        longest=LONGEST_WORDS,
        **_lists(),
        **more,
    )


def _lists() -> dict[str, Any]:
    if me().role is not Role.COORDINATOR:
        return {}
    return {"views": views(me()), "counts": parts().lists.counts(me(), parts().clock.now())}
