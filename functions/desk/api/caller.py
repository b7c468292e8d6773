"""Authentication of other systems by API key, with a right per route and a quota of calls per minute.

Calls are recorded in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, current_app, g, request

from desk.api.problems import NoKeyError
from desk.shell.parts import parts
from desk.shell.session import HEADER
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.service_account import ServiceAccount, ServiceRight
from petitions.errors import Forbidden
from petitions.web import RETRY_AFTER, RateLimit, TooMany

V = TypeVar("V", bound=Callable[..., Any])
_SCHEME = "bearer"


def needs_right(right: ServiceRight | None) -> Callable[[V], V]:
    """Return a decorator that declares the right that an account needs to call a route.

    With None, every account with a valid key may call the route.
    """

    def mark(view: V) -> V:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def without_key(view: V) -> V:
    """Mark a route as open without an API key, and return it. Its response must not contain anything secret."""
    view.open = True  # type: ignore[attr-defined]
    return view


def audited_once_a_day(view: V) -> V:
    """Mark a route whose calls are audited only once per account and day, and return it."""
    view.daily = True  # type: ignore[attr-defined]
    return view


def by_key(blueprint: Blueprint) -> Blueprint:
    """Protect all routes of a blueprint, and return the blueprint.

    A request needs a valid key, the right declared by `needs_right`, and a quota that is not used up. It fails with
    NoKeyError, Forbidden or TooMany.
    """
    blueprint.before_request(_know)
    return blueprint


def account() -> ServiceAccount:
    """Return the account of the other system that sent the current request."""
    known: ServiceAccount = g.account
    return known


def caller() -> Officer:
    """Return the calling account as an `Officer`, because use cases expect one."""
    return account().person()


def _know() -> None:
    if HEADER in request.headers:
        raise Forbidden("Đường này không dành cho người đăng nhập.", reason="not_for_people")
    view = vars(current_app.view_functions[request.endpoint or ""])
    if view.get("open"):
        return
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME:
        raise NoKeyError("Xin gửi khóa truy cập trong tiêu đề Authorization: Bearer.")
    try:
        known = parts().service_accounts.caller(key.strip())
    except Forbidden as error:
        raise NoKeyError(str(error)) from error
    _count(known)
    right = view["right"]
    if right is not None and right not in known.rights:
        raise Forbidden("Tài khoản hệ thống này không có quyền đó.", reason="right")
    g.account = known
    code = (request.view_args or {}).get("code")
    parts().service_accounts.note_call(known, f"{request.method} {request.url_rule}", code, daily="daily" in view)


def _count(known: ServiceAccount) -> None:
    """Count the request against the account's quota in this process. Raise TooMany if the quota is used up."""
    limits: dict[tuple[str, int], RateLimit] = current_app.extensions.setdefault("systems_limits", {})
    limit = limits.setdefault((known.id, known.a_minute), RateLimit(known.a_minute))
    if not limit.allows(known.id):
        raise TooMany(f"Hệ thống gọi quá số lượt mỗi phút. Xin đợi {RETRY_AFTER} giây rồi gọi lại.")
