"""The pages of a draft petition: the form, the division of its text into two petitions, and the map for its place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from draft_form import passages, point_of, read_draft_form
from flask import redirect, request
from petition_forms import read_petition_form
from shown import NEXT, Answer, Pages, sent_files
from ward_map import WardMap
from werkzeug.wrappers import Response

from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.pages.draft_view import DraftView
from petitions.domain.pages.filled_form import lines
from petitions.domain.pages.links import page_id
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.posts import DraftDropped, DraftEdit, PageErasure
from petitions.domain.petition.petition import NUMBER_FIELDS
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.two_languages import here
from petitions.usecases.pages.ward_names import WardNames

FORM_FIELDS = ("content", "second", "ward", "point", *PAGE_FIELDS)
_OWN_IDS = ("content", "second", "place", "ward", "point", "files", *PAGE_FIELDS, "consent")
TARGETS = {name: name for name in _OWN_IDS} | {
    "type": "type-individual",
    "reply_by": "reply-by-none",
    "words": "person-words",
}
"""The id of the form element of every field, to which links in error messages lead, in the order of the form."""


class DraftPages:
    """Request handlers for the pages of a draft. `ward_map` is None if no ward boundaries are configured."""

    def __init__(self, pages: Pages, wards: WardNames, ward_map: WardMap | None) -> None:
        self._pages = pages
        self._wards = wards
        self._map = ward_map

    def show(self, key: str, view: PageView, **values: Any) -> Answer:
        """Return the form of the draft with its stored values, or with `typed` values after a refused form.

        The status is 400 if `faults` are given. Raise NotFound if the page is that of a petition.
        """
        if not isinstance(view, DraftView):
            raise NotFound("not a draft")
        filled = {name: getattr(view, name) or "" for name in FORM_FIELDS if name != "point"} | {"point": _typed(view)}
        filled |= {name: values["typed"].get(name, filled[name]) for name in FORM_FIELDS} if "typed" in values else {}
        status = HTTPStatus.BAD_REQUEST if values.get("faults") else HTTPStatus.OK
        waiting = self._pages.waiting(view)
        if waiting.get("words") is not None and request.args.get("next") in NEXT:
            return redirect(here(f"/p/{page_id(key)}/{request.args['next']}"), HTTPStatus.SEE_OTHER)
        wards = {**view.ward_names, **self._wards()}
        return self._pages.render(
            "draft.html", key, status,
            view=view, filled=filled, wards=wards, has_map=self._map is not None, was_point=_typed(view),
            divisible=len(passages(view.content)) > 1, targets=TARGETS, number_fields=NUMBER_FIELDS,
            **{"faults": {}, "asked": {}, **waiting, **values},
        )  # fmt: skip

    def take(self, key: str, view: PageView) -> Answer:
        """Handle a form sent from the page, by its field `do`: save, send, person, drop, erase, split or place.

        `person` requests a call by an officer, `drop` discards the draft, `split` and `place` save and lead to those
        pages. Raise Rejected for any other value.
        """
        if not isinstance(view, DraftView):
            raise NotFound("not a draft")
        do = request.form.get("do", "")
        if do == "drop":
            return self._pages.send(key, view, DraftDropped())
        if do == "erase":
            return self._pages.send(key, view, PageErasure())
        if do == "person":
            action, faults = read_petition_form(do, request.form, None, 0)
            if action is None:
                return self.show(key, view, faults=faults, asked=request.form)
            return self._pages.send(key, view, action)
        if do not in {"save", "send", *NEXT}:
            raise Rejected("no such form", reason="bad_form")
        files, wrong = sent_files()
        filled = read_draft_form(request.form, consented=view.consented, sends=do == "send")
        faults = {**filled.faults, **wrong}
        if faults:
            lost = bool(files or wrong)
            return self.show(key, view, typed=request.form, faults=faults, files_lost=lost, seen=request.form["seen"])
        if filled.edit.is_empty and not files:  # no notice is sent about a form without changes
            there = f"/{do}" if do in NEXT else "?same=1"
            return redirect(here(f"/p/{page_id(key)}{there}"), HTTPStatus.SEE_OTHER)
        return self._pages.send(key, view, filled.edit, files)

    def split(self, page: str) -> Answer:
        """Show the sentences of the text with checkboxes, or move the ticked sentences to a second petition.

        Status 409 if the draft has changed since the sentences were shown, 400 if all or none are ticked.
        """
        key, view = self._draft(page)
        sentences = passages(view.content)
        if request.method == "GET":
            return self._pages.render("split.html", key, view=view, passages=sentences, faults={})
        moved = {written_number(one, 4) for one in request.form.getlist("second")}
        first = [line for number, line in enumerate(sentences) if number not in moved]
        second = [line for number, line in enumerate(sentences) if number in moved]
        stale = request.form.get("shown") != view.seen.revision
        if stale or not (first and second):
            faults = {"second": "fault_changed" if stale else "missing_second"}
            status = HTTPStatus.CONFLICT if stale else HTTPStatus.BAD_REQUEST
            return self._pages.render("split.html", key, status, view=view, passages=sentences, faults=faults)
        content, then = ("".join(part).strip().rstrip(",;") for part in (first, second))
        more = f"{view.second}\n{then}" if view.second else then
        edit = DraftEdit(seen=view.seen, content=lines(content), second=lines(more))
        return self._pages.send(key, view, edit)

    def place(self, page: str) -> Answer:
        """Show the map, or store the position chosen there together with its ward.

        The position is a click on the picture (`at.x`, `at.y`) or coordinates in `point`. Raise NotFound without a map.
        """
        key, view = self._draft(page)
        if self._map is None:
            raise NotFound("no map")
        if request.method == "GET":
            return self._pages.render("place.html", key, view=view, faults={})
        x, y = (written_number(request.form.get(name, ""), 5) for name in ("at.x", "at.y"))
        pointed = self._map.point_at(x, y) if x is not None and y is not None else None
        pointed = pointed or point_of(request.form.get("point", ""))
        if pointed is None:
            return self._pages.render(
                "place.html", key, HTTPStatus.BAD_REQUEST, view=view, faults={"point": "fault_point"}
            )
        return self._pages.send(key, view, DraftEdit(seen=view.seen, point=pointed, ward=self._map.ward_at(pointed)))

    def picture(self, page: str) -> Answer:
        """Return the map of wards as SVG, with a mark at the chosen position. Raise NotFound without a map."""
        _, view = self._draft(page)
        if self._map is None:
            raise NotFound("no map")
        return Response(self._map.picture(view.point, self._wards()), mimetype="image/svg+xml")

    def _draft(self, page: str) -> tuple[str, DraftView]:
        key, view = self._pages.opened(page)
        if not isinstance(view, DraftView):
            raise NotFound("not a draft")
        return key, view


def _typed(view: DraftView) -> str:
    return f"{view.point.latitude:.5f},{view.point.longitude:.5f}" if view.point else ""
