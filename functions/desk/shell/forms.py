"""Readers of form fields, which refuse malformed values, and responses to refused or repeated forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from flask import flash, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.clock.deadline_rules import LEVEL_LABELS
from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.outcomes import AnswerDocument
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.written import is_id, written_day, written_number
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.usecases.petition.note_petition import NoteKind

Page = Response | str | tuple[str, int]
"""The return type of routes that show a page."""

_STATUS = {Conflict: HTTPStatus.CONFLICT, Forbidden: HTTPStatus.FORBIDDEN, NotFound: HTTPStatus.NOT_FOUND}


def status_of(error: Rejected) -> HTTPStatus:
    """Return the HTTP status of a refusal: 409, 403 or 404 by its class, otherwise 400."""
    return _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)


def lines(form: Mapping[str, str], name: str) -> str:
    """Return the text of a field of several lines, or "". Line ends are LF, although browsers send CR LF."""
    return form.get(name, "").replace("\r\n", "\n")


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """Return the whole number of at most four digits in a field, or None if there is none."""
    return written_number(form.get(name, "").strip(), 4)


def level_in(form: Mapping[str, str]) -> str | None:
    """Return the level of difficulty, or None if the field is empty. Raise Rejected for an unknown level."""
    written = form.get("level") or None
    if written is not None and written not in LEVEL_LABELS:
        raise Rejected("Không có mức độ này. Xin chọn lại.", reason="level_unknown")
    return written


def day_in(form: Mapping[str, str], name: str) -> date | None:
    """Return the day in a field as YYYY-MM-DD, or None if there is no valid day."""
    return written_day(form.get(name, ""))


def id_in(form: Mapping[str, str], name: str) -> str:
    """Return the document id in a field, or "" if the field is empty. Raise Rejected if it is malformed."""
    written = form.get(name, "")
    if written and not is_id(written):
        raise Rejected("Mã gửi lên không hợp lệ. Xin mở lại trang.", reason="id_malformed")
    return written


def version_in(form: Mapping[str, str]) -> int:
    """Return the version of the petition on the page that sent the form. Raise Rejected if it is missing."""
    version = written_number(form.get("version", ""), 9)
    if version is None:
        raise Rejected("Trang này đã cũ. Xin mở lại hồ sơ.", reason="version_missing")
    return version


def classification_in(form: Mapping[str, str]) -> GivenClassification | None:
    """Return the classification of a petition in the form, or None if the form has none.

    Raise Rejected if a value is malformed.
    """
    given = {name: form[name] for name in GivenClassification.model_fields if form.get(name)}
    if given.get("accused") == "-":
        given["accused"] = ""
    try:
        return GivenClassification.model_validate(given) if given else None
    except ValidationError as error:
        raise Rejected("Xin phân loại lại: có mục không đúng danh mục.", reason="classification_malformed") from error


def document_in(form: Mapping[str, str]) -> AnswerDocument | None:
    """Return the formal document of an answer, or None if all its fields are empty.

    Raise Rejected if only some fields are filled in.
    """
    given = {name: form.get(f"document_{name}", "").strip() for name in AnswerDocument.model_fields}
    if not any(given.values()):
        return None
    try:
        return AnswerDocument.model_validate(given)
    except ValidationError as error:
        words = "Văn bản trả lời cần đủ số, ngày, người ký và chức vụ."
        raise Rejected(words, reason="document_incomplete") from error


def action_named(name: str) -> Action:
    """Return the action on petitions with this name. Raise NotFound for an unknown name."""
    try:
        return Action(name)
    except ValueError as error:
        raise NotFound("Không có thao tác này.", reason="action_unknown") from error


def note_named(name: str) -> NoteKind:
    """Return the kind of note with this name. Raise Rejected for an unknown name."""
    try:
        return NoteKind(name)
    except ValueError as error:
        raise Rejected("Không có loại ghi chú này.", reason="note_unknown") from error


def typed() -> str:
    """Return the text typed into a form that failed, for the error page, so that the officer can copy it."""
    return request.form.get("text") or request.form.get("reason", "")


def done_before(code: str) -> Response:
    """Redirect a form that was sent twice to the petition, with the explanation that it was handled before."""
    flash("Việc này đã được ghi nhận từ lần gửi trước; lần gửi sau không có tác dụng.")
    return back_to(parts().act.find(code))


def back_to(petition: Petition) -> Response:
    """Redirect to the petition's page, or to the work list if the officer may no longer see the petition."""
    return redirect(f"/petitions/{petition.code}" if may_see(me(), petition) else "/", HTTPStatus.SEE_OTHER)


def require_sure() -> None:
    """Raise Rejected unless the confirmation box is ticked, before a step that cannot be undone."""
    if request.form.get("sure") != "1":
        raise Rejected("Bản đã chốt không sửa được: xin đánh dấu là đã xem lại, rồi chốt.", reason="not_sure")
