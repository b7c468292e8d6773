"""The check of permissions: every route declares the permission that it needs, which is checked before it runs."""

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
"""The most bytes of a request with files, which allows five files. Cloud Run itself accepts 32 MiB."""

V = TypeVar("V", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[V], V]:
    """Return a decorator that declares the permission that a route needs.

    The application does not start if a route of a guarded blueprint declares none.
    """

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def guarded(blueprint: Blueprint) -> Blueprint:
    """Protect all routes of a blueprint, and return the blueprint.

    A request needs a signed-in officer with the declared permission. A request that changes something needs the
    session's anti-forgery token too.
    """
    blueprint.before_request(_guard)
    return blueprint


def permissions(app: Flask) -> dict[str, Permission | None]:
    """Return the declared permission of every route, by its URL rule, or None for a route that declares none."""
    return {
        rule.rule: getattr(app.view_functions[rule.endpoint], "permission", None) for rule in app.url_map.iter_rules()
    }


def takes_files(view: V) -> V:
    """Let a route accept request bodies of up to LONGEST_UPLOAD bytes, and return it. Other routes accept far less."""
    view.longest_body = LONGEST_UPLOAD  # type: ignore[attr-defined]
    return view


def _guard() -> ResponseReturnValue | None:
    known = vars(current_app.view_functions[request.endpoint or ""])
    permission: Permission = known["permission"]
    if "longest_body" in known:
        request.max_content_length = known["longest_body"]
    if not may(me(), permission):
        if request.path == "/" and may(me(), Permission.ADMINISTER):
            return redirect("/admin", HTTPStatus.SEE_OTHER)  # administrators have no work list
        raise Forbidden("Vai trò của anh/chị không được làm việc này.", reason="role")
    check_token()
    return None
