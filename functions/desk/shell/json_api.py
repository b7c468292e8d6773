"""JSON requests that scripts on the desk's own pages send to `/api`. Other systems use `/api/v1` instead."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, request
from pydantic import BaseModel, ConfigDict, ValidationError

from desk.shell.guard import guarded
from petitions.errors import Rejected

api = guarded(Blueprint("api", __name__, url_prefix="/api"))

Json = dict[str, Any]


class Body(BaseModel):
    """Base class of request bodies. Unknown fields and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Malformed(Rejected):
    """Raised if a body does not fit the declared shape of the route. `faults` lists all wrong fields."""

    reason = "malformed"

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("Nội dung yêu cầu không hợp lệ.")
        self.faults = faults


B = TypeVar("B", bound=Body)


def body(kind: type[B]) -> B:
    """Return the JSON body of the request as an instance of `kind`.

    Raise Malformed with all faults if it does not fit.
    """
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        raise Malformed(
            [
                {"field": ".".join(map(str, fault["loc"])), "fault": fault["msg"]}
                for fault in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from error
