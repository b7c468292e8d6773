"""JSON requests from the desk's own pages."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, request
from pydantic import BaseModel, ConfigDict, ValidationError

from desk.shell.guard import guarded
from petitions.errors import Rejected

api = guarded(Blueprint("api", __name__, url_prefix="/api"))

Json = dict[str, Any]


class Body(BaseModel):
    """The base of request bodies. Unknown fields and other types are rejected."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Malformed(Rejected):
    """Raised if the body does not fit the route's shape. `faults` lists all faults."""

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
