"""The JSON API: its blueprints, what a route of it declares, and the reader of bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, current_app, request
from pydantic import BaseModel, ConfigDict, ValidationError
from schema.base import Answer, Fault

from petitions.errors import Rejected
from shell.guard import guarded

api = guarded(Blueprint("api", __name__, url_prefix="/api"))
api_entrance = Blueprint("api_entrance", __name__, url_prefix="/api")

Json = dict[str, Any]


class Body(BaseModel):
    """A request's body: exactly these fields, in their own types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Wish(Body):
    """An empty object: nothing needs to be said."""


class Malformed(Rejected):
    """The body is not what the route takes; `faults` lists everything that is wrong with it."""

    reason = "malformed"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("Nội dung yêu cầu không hợp lệ.")
        self.faults = faults


@dataclass(frozen=True)
class Shape:
    """What a route of the API takes and gives: the source of its description."""

    gives: type[Answer]
    takes: type[Body] | None
    query: tuple[str, ...]


P = ParamSpec("P")
A = TypeVar("A", bound=Answer)
B = TypeVar("B", bound=Body)


def gives(
    answer: type[A], *, takes: type[Body] | None = None, query: tuple[str, ...] = ()
) -> Callable[[Callable[P, A]], Callable[P, Json]]:
    """Declare what a route answers, the body that it takes and the parameters of its query; send its answer as JSON."""

    def declare(view: Callable[P, A]) -> Callable[P, Json]:
        @wraps(view)
        def as_json(*args: P.args, **kwargs: P.kwargs) -> Json:
            return view(*args, **kwargs).model_dump(mode="json")

        as_json.shape = Shape(answer, takes, query)  # type: ignore[attr-defined]
        return as_json

    return declare


def shape_of(view: Callable[..., Any]) -> Shape:
    """Return what a route of the API declares. Raises KeyError for one that declares nothing."""
    shape: Shape = vars(view)["shape"]
    return shape


def body(kind: type[B]) -> B:
    """Return the request's JSON body. Raises Malformed, and TypeError for another kind than the route declares."""
    if shape_of(current_app.view_functions[request.endpoint or ""]).takes is not kind:
        raise TypeError(f"{request.endpoint} does not declare that it takes {kind.__name__}")
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError as error:
        faults = [
            Fault(field=".".join(map(str, each["loc"])), fault=each["msg"])
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Malformed(faults) from error
