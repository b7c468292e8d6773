"""What the desk's own pages ask for and send as JSON, without leaving the page."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, request
from pydantic import BaseModel, ConfigDict, ValidationError

from desk.shell.guard import guarded
from petitions.errors import Rejected

api = guarded(Blueprint("api", __name__, url_prefix="/api"))

Json = dict[str, Any]


class Body(BaseModel):
    """A request's body: exactly these fields, in their own types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Malformed(Rejected):
    """The body is not what the route takes; `faults` lists everything that is wrong with it."""

    reason = "malformed"

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("Nội dung yêu cầu không hợp lệ.")
        self.faults = faults


B = TypeVar("B", bound=Body)


def body(kind: type[B]) -> B:
    """Return the request's JSON body. Raises Malformed."""
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        raise Malformed(
            [
                {"field": ".".join(map(str, fault["loc"])), "fault": fault["msg"]}
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from error
