"""The guard of the routes: the permission that a route needs is asked of the policy before the route runs."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue

from desk.shell.session import check_token, me
from petitions.domain.officers.policy import Permission, may
from petitions.errors import Forbidden

LONGEST_UPLOAD = 30 * 2**20
"""Below the 32 MiB that Cloud Run takes: five files of an answer, and the form."""

V = TypeVar("V", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[V], V]:
    """Declare the permission that a route needs; a route of a guarded blueprint without one stops the start."""

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def guarded(blueprint: Blueprint) -> Blueprint:
    """Let nobody through who may not: not signed in, the wrong role, a change without the session's token."""
    blueprint.before_request(_guard)
    return blueprint


def permissions(app: Flask) -> dict[str, Permission | None]:
    """Return the permission that every rule of the application needs; None for those that are open."""
    return {
        rule.rule: getattr(app.view_functions[rule.endpoint], "permission", None) for rule in app.url_map.iter_rules()
    }


def takes_files(view: V) -> V:
    """Mark a route that is sent files: its body may be as long as the platform lets any be."""
    view.longest_body = LONGEST_UPLOAD  # type: ignore[attr-defined]
    return view


def _guard() -> ResponseReturnValue | None:
    known = vars(current_app.view_functions[request.endpoint or ""])
    permission: Permission = known["permission"]
    if "longest_body" in known:
        request.max_content_length = known["longest_body"]
    if not may(me(), permission):
        if request.path == "/" and may(me(), Permission.ADMINISTER):
            return redirect("/admin", HTTPStatus.SEE_OTHER)  # where their day begins: they have no list
        raise Forbidden("Vai trò của anh/chị không được làm việc này.", reason="role")
    check_token()
    return None
