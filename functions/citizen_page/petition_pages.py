"""The page of a petition: where it stands, all that was said, and the forms for what its filer can do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import request
from petition_forms import read_petition_form
from shown import Answer, Pages, sent_files
from werkzeug.wrappers import Response

from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.errors import NotFound, Rejected
from petitions.usecases.pages.answer_file import AnswerFile


class PetitionPages:
    """The routes."""

    def __init__(self, pages: Pages, answer_file: AnswerFile) -> None:
        self._pages = pages
        self._answer_file = answer_file

    def show(self, key: str, view: PageView, **values: Any) -> Answer:
        """Show the petition; a form that was not taken keeps what was typed."""
        if not isinstance(view, PetitionView):
            raise NotFound("not a petition")
        status = HTTPStatus.BAD_REQUEST if values.get("faults") else HTTPStatus.OK
        late = view.is_late(self._pages.open_page.clock.now())
        shared = {"faults": {}, "did": None, "typed": {}, **self._pages.waiting(view), **values}
        return self._pages.render("petition.html", key, status, view=view, late=late, **shared)

    def take(self, key: str, view: PageView) -> Answer:
        """Take a form: `do` is more, rate, contest, withdraw, erase or person."""
        if not isinstance(view, PetitionView):
            raise NotFound("not a petition")
        do = request.form.get("do", "")
        files, wrong = sent_files()
        action, faults = read_petition_form(do, request.form, view, len(files))
        faults = {**faults, **wrong}
        if faults:
            return self.show(key, view, faults=faults, did=do, typed=request.form)
        if action is None:
            raise Rejected("no such form", reason="bad_form")
        return self._pages.send(key, view, action, files)

    def file(self, page: str) -> Answer:
        """Send one file of the answer, to be saved."""
        key, view = self._pages.opened(page)
        number = request.form.get("number", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 4):  # noqa: PLR2004
            raise Rejected("no number", reason="bad_form")
        file, content = self._answer_file(key, view, int(number))
        answer = Response(content, mimetype=file.media_type)
        # RFC 6266: percent-encoded, so that none of an officer's characters reaches the header.
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer
