"""The start page of the desk: the officer's lists of petitions, with filters."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request, session

from desk.petition.bulk import choices
from desk.petition.columns import COLUMN_LABELS, SORTS, columns_of, headings, unsorted
from desk.petition.filters import TIMES, chips, fields, filters_of, query_string, view_named
from desk.petition.saved_filters import beside_the_list, opened
from desk.shell.forms import Page
from desk.shell.guard import guarded, needs
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.officers.policy import Permission, has_tray, may, sees_all
from petitions.usecases.desk.work_list_query import PLACED, SORTED_AT_MOST, views

work_list = guarded(Blueprint("work_list", __name__))


@work_list.get("/")
@needs(Permission.LIST)
def page() -> Page:
    """Show a page of a work list with its filters. `?saved=ID` redirects to a saved filter."""
    if saved := request.args.get("saved"):
        return opened(saved)
    view = view_named(request.args.get("view", ""))
    text = str(session.get("find", "")) if request.args.get("find") == "1" else ""
    filters = filters_of(request.args, text, me().layout.sort)
    after = request.args.get("after", "")
    listing = parts().lists(me(), view, filters, after)
    here = query_string(listing.view, filters)
    session["list"] = f"{here}&{urlencode({'after': after})}" if after else here
    return render_template(
        "list.html",
        listing=listing,
        views=views(me()),
        after=after,
        here=here,
        here_fields=parse_qsl(here),
        export_key=parts().ids.token(),
        chips=chips(listing.view, filters),
        columns=columns_of(me(), listing.view),
        placing=listing.view in PLACED,
        headings=headings(listing),
        unsorted=unsorted(listing),
        has_mails=has_tray(me(), parts().settings.mail_unit),
        **_choices(),
    )


@work_list.post("/")
@needs(Permission.LIST)
def narrow() -> Page:
    """Redirect from the filter form to the filtered list.

    The search text is stored in the session and not in the address, because it may contain a name.
    """
    text = request.form.get("text", "")
    filters = filters_of(request.form, text)
    if filters.text:
        session["find"] = filters.text
    view = view_named(request.form.get("view", "")) or views(me())[0]
    return redirect(f"/?{query_string(view, filters)}", HTTPStatus.SEE_OTHER)


def _choices() -> dict[str, Any]:
    staffs = may(me(), Permission.STAFF)
    saved, more = beside_the_list()
    return {
        "times": TIMES,
        "fields": fields(),
        "handlers": parts().petitions.teams(me()),
        "see_all": sees_all(me()),
        "COLUMNS": COLUMN_LABELS,
        "SORTS": SORTS,
        "SORTED_AT_MOST": SORTED_AT_MOST,
        "AT_ONCE": parts().timekeeping.chores.exported_at_once,
        "saved": saved,
        "more_saved": more,
        "staffs": staffs,
        **choices(me()),
    }
