"""Named filters of the work list, saved by an officer or shared in the unit, with the numbers of matching petitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from desk.petition.filters import filters_of, query_string, view_named
from desk.shell.forms import Page, id_in
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, SavedFilter
from petitions.domain.officers.policy import Permission
from petitions.domain.shared.instants import hanoi
from petitions.errors import NotFound, Rejected
from petitions.usecases.desk.work_list_query import views

saved_filters = guarded(Blueprint("saved_filters", __name__))

MOST_BESIDE = 5
"""The most filters shown beside the list, because the number of each takes a database query."""


@dataclass(frozen=True)
class KnownFilter:
    """A saved filter that the signed-in officer can open. `owner` is the officer who saved it."""

    saved: SavedFilter
    owner: Officer

    @property
    def key(self) -> str:
        """Return the id of the filter in addresses. The id of a colleague's filter ends with `@` and the owner."""
        return self.saved.id if self.owner.id == me().id else f"{self.saved.id}@{self.owner.id}"

    @property
    def withdrawable(self) -> bool:
        """Return whether the signed-in officer may stop sharing the filter: the owner or a head."""
        return bool(self.saved.shared) and (self.owner.id == me().id or me().role is Role.HEAD)

    @property
    def number(self) -> str:
        """Return the number of petitions that match, as a text.

        Return "" if the filter is no longer valid, for example because a unit was dissolved.
        """
        given = dict(parse_qsl(self.saved.query))
        try:
            filters = filters_of(given, self.saved.text)
            return parts().lists.number(me(), view_named(given.get("view", "")), filters)
        except Rejected:
            return ""


@saved_filters.get("/filters")
@needs(Permission.LIST)
def page() -> Page:
    """Show the officer's saved filters and those shared in the unit."""
    parts().staff.everyone(fresh=True)
    return render_template("filters.html", known=list(_known()))


@saved_filters.get("/filters/beside")
@needs(Permission.LIST)
def beside() -> Page:
    """Return the first saved filters with their numbers of petitions, as a fragment of the list's page."""
    known, more = beside_the_list()
    return render_template("_saved.html", saved=known, more_saved=more, counted=True)


@saved_filters.post("/filters")
@needs(Permission.LIST)
def change() -> Page:
    """Save the current list as a filter or, by the field `do`, share, withdraw (stop sharing) or forget a filter."""
    form = request.form
    does, chosen, keeper = form.get("do", ""), form.get("id", ""), parts().save_filter
    if does == "forget":
        keeper.remove(me(), chosen)
    elif does == "share":
        keeper.share(me(), chosen)
    elif does == "withdraw":
        keeper.unshare(me(), chosen, id_in(form, "owner"))
    else:
        return _kept()
    parts().staff.everyone(fresh=True)
    flash({"forget": "Đã xóa bộ lọc.", "share": "Cả đơn vị đã thấy bộ lọc này."}.get(does, "Đã ngừng chia sẻ."))
    return redirect("/filters", HTTPStatus.SEE_OTHER)


def opened(key: str) -> Response:
    """Redirect to the work list with a saved filter. Raise NotFound for an unknown filter.

    If the officer no longer has the list of the filter, redirect to the default list, with an explanation.
    """
    chosen = next((known_filter.saved for known_filter in _known() if known_filter.key == key), None)
    if chosen is None:
        raise NotFound("Không có bộ lọc này.", reason="filter_unknown")
    view = dict(parse_qsl(chosen.query)).get("view", "")
    if view and view not in views(me()):
        flash(f"Bộ lọc “{chosen.name}” thuộc vai trò trước đây của anh/chị nên không mở được.")
        return redirect("/", HTTPStatus.SEE_OTHER)
    if chosen.text:
        session["find"] = chosen.text
    return redirect(f"/?{chosen.query}", HTTPStatus.SEE_OTHER)


def beside_the_list() -> tuple[list[KnownFilter], bool]:
    """Return the saved filters shown beside the list, and whether there are more."""
    known = list(_known())
    return known[:MOST_BESIDE], len(known) > MOST_BESIDE


def _known() -> Iterator[KnownFilter]:
    own = parts().staff.find(me().id) or me()
    yield from (KnownFilter(saved_filter, own) for saved_filter in own.filters)
    for owner, saved in parts().staff.shared_with(me().unit):
        if owner.id != own.id and dict(parse_qsl(saved.query)).get("view", "") in {"", *views(me())}:
            yield KnownFilter(saved, owner)


def _kept() -> Page:
    form = request.form
    text, view = form.get("text", ""), view_named(form.get("view", "")) or views(me())[0]
    filters = filters_of(form, text)
    here = query_string(view, filters)
    try:
        saved = parts().save_filter(me(), form.get("name", ""), here, text)
    except Rejected as error:
        flash(f"Chưa lưu: {error}", "bad")
    else:
        parts().staff.everyone(fresh=True)
        ends = f" Bộ lọc có thể chỉ ra một người nên tự xóa ngày {hanoi(saved.until):%d/%m/%Y}." if saved.until else ""
        flash(f"Đã lưu bộ lọc.{ends}")
    if filters.text:
        session["find"] = filters.text
    return redirect(f"/?{here}", HTTPStatus.SEE_OTHER)
