"""Error responses of `/api/v1`, as problem details (RFC 9457) in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, jsonify
from pydantic import BaseModel, ConfigDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from desk.shell.session import NotSignedIn
from petitions import telemetry
from petitions.domain.lifecycle.lifecycle import ForbiddenTransition
from petitions.errors import Conflict, Forbidden, NotFound, Rejected, Retryable
from petitions.usecases.channels.hand_in import KnownNumber
from petitions.web import RETRY_AFTER, TooMany

TITLES = {
    HTTPStatus.BAD_REQUEST: "Yêu cầu không hợp lệ",
    HTTPStatus.UNAUTHORIZED: "Chưa xác thực",
    HTTPStatus.FORBIDDEN: "Không có quyền",
    HTTPStatus.NOT_FOUND: "Không tìm thấy",
    HTTPStatus.METHOD_NOT_ALLOWED: "Không nhận kiểu yêu cầu này",
    HTTPStatus.CONFLICT: "Đã có thay đổi khác",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung quá lớn",
    HTTPStatus.TOO_MANY_REQUESTS: "Gọi quá nhiều",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Lỗi của hệ thống",
    HTTPStatus.SERVICE_UNAVAILABLE: "Hệ thống đang bận",
}
TYPE_TITLES = {
    "state": "Trạng thái không cho làm việc này",
    "petition_over": "Hồ sơ đã kết thúc",
    "key_reused": "Khóa đã dùng cho nội dung khác",
    "number_known": "Số của kênh đã có hồ sơ",
}
"""Titles of problem types for which the title of the HTTP status would be misleading."""
NO_PETITION = "Không có hồ sơ này trong phạm vi của tài khoản."
"""The message for a petition that does not exist or that the account may not read.

The message is the same in both cases, so that an account cannot find out which codes exist.
"""
NO_RIGHT = "Tài khoản không được làm việc này với hồ sơ này."
KIND = "application/problem+json"


class Fault(BaseModel):
    """One fault of a request body. `field` is its path, such as `attachments.0.content`."""

    model_config = ConfigDict(extra="forbid")

    field: str
    detail: str


class Problem(BaseModel):
    """A refused request, as a response body.

    `type` is a stable identifier for programs, all other texts are for people. `codes` are petitions already filed
    under the same number.
    """

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    faults: list[Fault] = []
    codes: list[str] = []


class NoKeyError(NotSignedIn):
    """Raised if the request has no valid API key. The response has status 401."""


class WrongBody(Rejected):
    """Raised if a request does not fit the declared shape of the route. `faults` lists all wrong fields."""

    def __init__(self, faults: list[Fault], reason: str = "malformed", words: str = "") -> None:
        words = words or "Nội dung gửi lên không đúng mẫu; xem từng trường trong “faults”."
        super().__init__(words, reason=reason)
        self.faults = faults


def problem(error: Exception) -> Response:
    """Return the response to an exception, as problem details.

    Unknown exceptions become status 500 without their message, which could contain personal data.
    """
    faults = error.faults if isinstance(error, WrongBody) else []
    if isinstance(error, NoKeyError):
        answer = _answer(HTTPStatus.UNAUTHORIZED, error.reason, str(error))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, TooMany):
        return _later(HTTPStatus.TOO_MANY_REQUESTS, error.reason, str(error))
    if isinstance(error.__cause__, ForbiddenTransition):
        return _answer(HTTPStatus.CONFLICT, "state", str(error))
    if isinstance(error, Rejected):
        codes = list(error.codes) if isinstance(error, KnownNumber) else []
        return _answer(_status_of(error), *_words_for_systems(error), faults, codes)
    if isinstance(error, HTTPException) and error.code:
        status = HTTPStatus(error.code)
        words = f"{TITLES.get(status, TITLES[HTTPStatus.BAD_REQUEST])}."
        answer = _answer(status, status.phrase.lower().replace(" ", "_"), words)
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer
    if isinstance(error, Retryable):
        telemetry.log("WARNING", "desk busy", metric="desk_busy", reason=error.reason)
        return _later(HTTPStatus.SERVICE_UNAVAILABLE, error.reason, "Hệ thống đang bận. Xin gọi lại sau ít giây.")
    # Messages of unknown errors may repeat personal data, so only the type is logged.
    telemetry.log("ERROR", "desk failed", metric="desk_failed", error=type(error).__name__)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", "Có lỗi ngoài dự kiến. Xin gọi lại.")


def _words_for_systems(error: Rejected) -> tuple[str, str]:
    if isinstance(error, NotFound) and error.reason in {NotFound.reason, "petition_unknown"}:
        return "petition_unknown", NO_PETITION
    if isinstance(error, Forbidden) and error.reason == Forbidden.reason:
        return Forbidden.reason, NO_RIGHT
    return error.reason, str(error)


def _status_of(error: Rejected) -> HTTPStatus:
    known = {Conflict: HTTPStatus.CONFLICT, Forbidden: HTTPStatus.FORBIDDEN, NotFound: HTTPStatus.NOT_FOUND}
    return next((status for kind, status in known.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


def _later(status: HTTPStatus, reason: str, words: str) -> Response:
    answer = _answer(status, reason, words)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _answer(
    status: HTTPStatus, reason: str, words: str, faults: Sequence[Fault] = (), codes: Sequence[str] = ()
) -> Response:
    title = TYPE_TITLES.get(reason) or TITLES.get(status, "Yêu cầu không hợp lệ")
    details = Problem(type=reason, title=title, status=status, detail=words, faults=[*faults], codes=[*codes])
    answer = jsonify(details.model_dump(mode="json"))
    answer.status_code, answer.mimetype = status, KIND
    return answer
