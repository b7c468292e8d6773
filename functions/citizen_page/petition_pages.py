"""The page of a filed petition: its state, its history, and forms for additions, ratings and the like."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from draft_form import read_draft_form
from flask import redirect, request
from petition_forms import CORRECTABLE, read_petition_form
from shown import NEXT, Answer, Pages, sent_files
from werkzeug.wrappers import Response

from petitions.domain.pages.browsers import Right
from petitions.domain.pages.links import page_id
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.petition.petition import CONTACT_FIELDS
from petitions.domain.shared.records import replace
from petitions.domain.shared.written import written_number
from petitions.errors import NotFound, Rejected
from petitions.two_languages import here
from petitions.usecases.pages.answer_file import AnswerFile
from petitions.web import disposition

CORRECTIONS = {name: f"correct-{name}" for name in CORRECTABLE}
"""The id of the form element that corrects each field, to which links in error messages lead."""


class PetitionPages:
    """Request handlers for the page of a filed petition."""

    def __init__(self, pages: Pages, answer_file: AnswerFile) -> None:
        self._pages = pages
        self._answer_file = answer_file

    def show(self, key: str, view: PageView, **values: Any) -> Answer:
        """Return the page of the petition. After a refused form, `values` contain the faults and typed values.

        The status is 400 if there are faults. Raise NotFound if the page is that of a draft.
        """
        if not isinstance(view, PetitionView):
            raise NotFound("not a petition")
        status = HTTPStatus.BAD_REQUEST if values.get("faults") else HTTPStatus.OK
        now, step = self._pages.open_page.clock.now(), view.late_step
        late = step if step and step.is_late(now) else None
        shared = {"faults": {}, "did": None, "typed": {}, **self._pages.waiting(view), **values}
        shared["missed"] = late is not None and late.is_missed(now)
        return self._pages.render(
            "petition.html", key, status, view=view, late=late, contact_fields=CONTACT_FIELDS, corrections=CORRECTIONS,
            **shared,
        )  # fmt: skip

    def take(self, key: str, view: PageView) -> Answer:
        """Handle a form sent from the page, by its field `do`: more, rate, contest, correct, withdraw, erase or person.

        A filer without a chat can send only more text. Raise NotFound for other forms of such a filer, and Rejected for
        an unknown `do`.
        """
        if not isinstance(view, PetitionView):
            raise NotFound("not a petition")
        do = request.form.get("do", "")
        if do in {"save", "send", *NEXT} and view.has_chat:
            return self._old_form(key, view)
        files, wrong = sent_files()
        if not view.has_chat and (do != "more" or files or wrong):
            raise NotFound("nothing else can be sent from this page")
        action, faults = read_petition_form(do, request.form, view, len(files))
        faults = {**faults, **wrong}
        if faults:
            return self.show(key, view, faults=faults, did=do, typed=request.form)
        if action is None:
            raise Rejected("no such form", reason="bad_form")
        return self._pages.send(key, view, action, files)

    def _old_form(self, key: str, view: PetitionView) -> Answer:
        files, _ = sent_files()
        filled = read_draft_form(request.form, consented=True, sends=False)
        edit = replace(filled.edit, sends=False, consents=False)
        if filled.faults or (edit.is_empty and not files):
            return redirect(here(f"/p/{page_id(key)}?same=1"), HTTPStatus.SEE_OTHER)
        return self._pages.send(key, view, edit, files)

    def file(self, page: str) -> Answer:
        """Send a file of the answer to the petition as a download.

        The form field `number` selects the file. Raise Rejected if the form has no number.
        """
        key, view = self._pages.opened(page, Right.READ)
        number = written_number(request.form.get("number", ""), 3)
        if number is None:
            raise Rejected("no number", reason="bad_form")
        file, content = self._answer_file(key, view, number)
        answer = Response(content, mimetype=file.media_type)
        answer.headers["Content-Disposition"] = disposition(file.name)
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer
