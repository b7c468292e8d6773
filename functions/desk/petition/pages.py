"""The pages: sign-in, work list, petition. Every change answers 303 to a page, or the page again with words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, quote

from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from shell.guard import guarded, needs
from shell.parts import parts
from shell.session import SIGN_OUT, local_page, me, sign_in
from werkzeug.wrappers import Response

from petition.filters import TIMES as TIME_CHOICES
from petition.filters import filters_of, query_string, view_named
from petitions.domain.files.file_types import EXTENSIONS, PICTURES
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.officers.officer import SavedFilter
from petitions.domain.officers.policy import Permission, may, may_see, sees_all
from petitions.domain.petition.petition import Petition
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.petition.act_on_petition import Deed
from petitions.usecases.petition.note_petition import NoteKind

pages = guarded(Blueprint("pages", __name__))
entrance = Blueprint("entrance", __name__)

Answer = Response | str | tuple[str, int]
_STATUS = {Conflict: HTTPStatus.CONFLICT, Forbidden: HTTPStatus.FORBIDDEN, NotFound: HTTPStatus.NOT_FOUND}


def status_of(error: Rejected) -> HTTPStatus:
    """The HTTP status of a refusal."""
    return _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)


@entrance.get("/sign-in")
def choose() -> Answer:
    """The seeded officers by unit, in the directory's order: the coordinators, departments, wards."""
    directory = parts().directory
    order = {unit.code: place for place, unit in enumerate(directory.units)}
    people = sorted(parts().staff.everyone(fresh=True), key=lambda each: order.get(each.unit, len(order)))
    teams = [(unit, list(team)) for unit, team in groupby(people, key=lambda each: each.unit)]
    return render_template("sign_in.html", teams=teams, next=request.args.get("next", "/"))


@entrance.post("/sign-in")
def enter() -> Answer:
    """Begin a session."""
    sign_in(request.form.get("officer", ""))
    return redirect(local_page(request.form.get("next", "/")), HTTPStatus.SEE_OTHER)


@pages.post("/sign-out")
@needs(Permission.ENTER)
def leave() -> Answer:
    """End the session."""
    session.clear()
    local = "entrance" in current_app.blueprints
    return redirect("/sign-in" if local else SIGN_OUT, HTTPStatus.SEE_OTHER)


@pages.get("/")
@needs(Permission.LIST)
def work_list() -> Answer:
    """One page of one of the officer's lists; `?saved=NUMBER` leads to a saved filter."""
    saved = request.args.get("saved", "")
    if saved:
        return _saved(saved)
    view = view_named(request.args.get("view", ""))
    text = str(session.get("find", "")) if request.args.get("find") == "1" else ""
    filters = filters_of(request.args, text)
    after = request.args.get("after", "")
    listing = parts().lists(me(), view, filters, after)
    here = query_string(listing.view, filters)
    return render_template("list.html", listing=listing, views=views(me()), after=after, here=here, **_choices())


@pages.post("/")
@needs(Permission.LIST)
def narrow() -> Answer:
    """The filter form: what is searched for goes into the session, the rest into the address."""
    text = request.form.get("text", "")
    filters = filters_of(request.form, text)
    if filters.text:
        session["find"] = filters.text
    view = view_named(request.form.get("view", "")) or views(me())[0]
    return redirect(f"/?{query_string(view, filters)}", HTTPStatus.SEE_OTHER)


@pages.post("/filters")
@needs(Permission.LIST)
def keep_filter() -> Answer:
    """Save the list in hand under a name, or forget a saved one."""
    forgotten = request.form.get("forget", "")
    if forgotten:
        parts().save_filter.remove(me(), forgotten)
    else:
        text = request.form.get("text", "")
        view = view_named(request.form.get("view", "")) or views(me())[0]
        query = query_string(view, filters_of(request.form, text))
        parts().save_filter(me(), SavedFilter(name=request.form.get("name", ""), query=query, text=text.strip()))
    parts().staff.everyone(fresh=True)
    flash("Đã lưu bộ lọc." if not forgotten else "Đã xóa bộ lọc.")
    return redirect("/", HTTPStatus.SEE_OTHER)


def _saved(place: str) -> Answer:
    kept = me().filters
    if not place.isdecimal() or int(place) >= len(kept):
        raise NotFound("Không có bộ lọc này.", reason="filter_unknown")
    chosen = kept[int(place)]
    view = dict(parse_qsl(chosen.query)).get("view", "")
    if view and view not in views(me()):
        flash(f"Bộ lọc “{chosen.name}” thuộc vai trò trước đây của anh/chị nên không mở được.")
        return redirect("/", HTTPStatus.SEE_OTHER)
    if chosen.text:
        session["find"] = chosen.text
    return redirect(f"/?{chosen.query}", HTTPStatus.SEE_OTHER)


def _choices() -> dict[str, Any]:
    """What the list's forms offer."""
    directory = parts().directory
    staffs = may(me(), Permission.STAFF)
    teams = parts().petitions.teams(me()) if staffs else []
    return {
        "times": TIME_CHOICES,
        "directory": directory,
        "see_all": sees_all(me()),
        "staffs": staffs,
        "teams": teams,
    }


@pages.get("/petitions/<code>")
@needs(Permission.READ)
def petition(code: str) -> Answer:
    """One petition."""
    return petition_page(code)


@pages.get("/petitions/<code>/files/<file_id>")
@needs(Permission.READ)
def file(code: str, file_id: str) -> Answer:
    """A picture or file of the petition: pictures to be shown, the rest to be saved."""
    found, pieces = parts().read_file(me(), code, file_id)
    kind = found.media_type or ""
    answer = Response(pieces, mimetype=kind)
    shown = "inline" if kind in PICTURES else "attachment"
    # RFC 6266: the name is ours or percent-encoded, so that none of the citizen's characters reaches the header.
    ending = f".{EXTENSIONS[kind]}"
    name = (found.name or code).removesuffix(ending) + ending
    answer.headers["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@pages.post("/petitions/<code>/reveal")
@needs(Permission.REVEAL)
def reveal(code: str) -> Answer:
    """The petition with its citizen's name and phone, this once: another look is another line of the audit."""
    reason = request.form.get("reason", "")
    try:
        contact = parts().reveal(me(), code, reason)
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, why=reason), status_of(error)
    return petition_page(code, contact=contact)


@pages.post("/petitions/<code>/erase")
@needs(Permission.ERASE)
def erase(code: str) -> Answer:
    """Erase the personal data of whoever filed it, who asked for that."""
    reason = request.form.get("reason", "")
    try:
        parts().erase(me(), code, reason)
    except NotFound:
        raise
    except Rejected as error:
        return petition_page(code, refusal=error, erase_why=reason), status_of(error)
    flash("Đã bắt đầu xóa dữ liệu cá nhân của công dân; thường xong trong vài phút.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)


@pages.post("/petitions/<code>/notes")
@needs(Permission.NOTE)
def note(code: str) -> Answer:
    """Write beside the petition."""
    parts().petitions.find(me(), code)
    form = request.form
    try:
        parts().note(me(), code, note_named(form.get("kind", "")), form.get("text", ""), form.get("unit") or None)
    except Rejected as error:
        return petition_page(code, refusal=error, noting=form), status_of(error)
    flash("Đã ghi.")
    return redirect(f"/petitions/{code}", HTTPStatus.SEE_OTHER)


@pages.post("/petitions/<code>/actions/<action>")
@needs(Permission.ACT)
def act(code: str, action: str) -> Answer:
    """Do one thing to the petition. A form that is sent twice leads to the same place."""
    deed = _deed(code, action_named(action))
    if deed.action is Action.SUBMIT_ANSWER:  # with its files, its basis and its evidence: from the editor alone
        return redirect(f"/petitions/{code}/answer", HTTPStatus.SEE_OTHER)
    try:
        parts().petitions.find(me(), code)
        after = parts().act(me(), deed)
    except Rejected as error:
        if parts().act.was_done(me(), deed):
            return done_before(code)
        if isinstance(error, NotFound):
            raise
        return petition_page(code, refusal=error, tried=deed), status_of(error)
    flash("Đã ghi nhận.")
    return _back_to(after)


def done_before(code: str) -> Response:
    """Where the first of two equal forms led to, with words."""
    flash("Việc này đã được ghi nhận từ lần gửi trước; lần gửi sau không có tác dụng.")
    return _back_to(parts().act.find(code))


def _back_to(petition: Petition) -> Response:
    """The petition's page, or the list if it is no longer theirs."""
    return redirect(f"/petitions/{petition.code}" if may_see(me(), petition) else "/", HTTPStatus.SEE_OTHER)


def action_named(name: str) -> Action:
    """The action with this name. Raises NotFound."""
    try:
        return Action(name)
    except ValueError as error:
        raise NotFound("Không có thao tác này.", reason="action_unknown") from error


def note_named(name: str) -> NoteKind:
    """The kind of note with this name. Raises Rejected."""
    try:
        return NoteKind(name)
    except ValueError as error:
        raise Rejected("Không có loại ghi chú này.", reason="note_unknown") from error


def _deed(code: str, action: Action) -> Deed:
    """What the form asks for."""
    form = request.form
    return Deed(
        code=code,
        action=action,
        version=version_in(form),
        text=lines(form, "text"),
        unit=form.get("unit") or None,
        handler=form.get("handler") or None,
        level=form.get("level") or None,
        amount=_number(form.get("amount", "")),
        summary=lines(form, "summary"),
        why=RefusalReason(form["why"]) if form.get("why") in set(RefusalReason) else None,
    )


def lines(form: Mapping[str, str], name: str) -> str:
    """A text of several lines. Browsers send line ends as CR LF."""
    return form.get(name, "").replace("\r\n", "\n")


def _number(written: str) -> int | None:
    """A small whole number, or None: the use case says what it wants."""
    return int(written) if re.fullmatch(r"\s*\d{1,4}\s*", written) else None


def version_in(form: Mapping[str, str]) -> int:
    """The version that the form was made for. Raises Rejected."""
    try:
        return int(form.get("version", ""))
    except ValueError as error:
        raise Rejected("Trang này đã cũ. Xin mở lại hồ sơ.", reason="version_missing") from error


def petition_page(code: str, **more: Any) -> str:
    """The page of a petition, with what went wrong or was typed."""
    erases = may(me(), Permission.ERASE)
    return render_template("petition.html", page=parts().petitions(me(), code), may_erase=erases, **more)


def typed() -> str:
    """What the officer wrote into a form that could not be handled: shown again, so that nothing is lost."""
    return request.form.get("text") or request.form.get("reason", "")
