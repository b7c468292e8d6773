"""Sign-in and sessions of officers.

In the cloud, Google's Identity-Aware Proxy authenticates officers and sends a signed header. Without the proxy, beside
the Firestore emulator on a laptop, users choose an officer by name (see `make_app`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from flask import Flask, current_app, g, request, session

from desk.shell.parts import parts
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.edges import Until
from petitions.errors import Forbidden, PetitionError
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany

LONGEST_SESSION = timedelta(hours=8)
"""The time after which a session ends, even if it is in use."""
IDLE = timedelta(minutes=30)
"""The time without requests after which a session ends."""
A_MINUTE = 240
"""The most requests of an officer per minute and process, pictures included. Only scripts reach it."""
HEADER = "X-Goog-Iap-Jwt-Assertion"
SIGN_OUT = "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE"
"""The address that signs out of Identity-Aware Proxy (https://cloud.google.com/iap/docs/sessions-howto)."""
THEME = "desk-theme"
THEMES = {"": "theo thiết bị", "light": "sáng", "dark": "tối"}
"""The colour schemes, with their names. A browser keeps the choice in a cookie for a year."""
KEYS_OFF = "desk-keys-off"
"""The cookie that turns off single-letter shortcuts in a browser, which speech input needs (WCAG 2.1.4)."""
SAFE = {"GET", "HEAD", "OPTIONS"}
TRAINING = "training/current"
"""The path of the document that exists if the training was started on a laptop (`infra/local/training`)."""
TRAINEES = "PX-00175"
"""The code of the ward whose officers take part in the training, besides the coordinators."""
OTHER_SYSTEMS = "/api/v1"
"""The path of the interface for other systems, which uses API keys, not sessions (`api/caller.py`)."""
LIVE = "/live"
"""The path that open pages fetch every few seconds. Such a request does not count as use of the session."""
_TOUCH = timedelta(minutes=1)
# Pages of the desk to which a sign-in may redirect.
_NEXT = re.compile(r"/(petitions/HN-[0-9A-Z-]{16}|training)?")


class NotSignedIn(PetitionError):  # noqa: N818 - the name describes the state
    """Raised if no officer is signed in or the session has ended."""

    reason = "not_signed_in"


def configure(app: Flask, id_key: bytes, *, local: bool) -> None:
    """Set up the sessions of an application.

    Cookies are signed with a key derived from `id_key`. Before every request, the officer is identified and the request
    counted against the rate limit (TooMany).
    """
    app.secret_key = hmac.new(id_key, b"desk session", hashlib.sha256).digest()
    # Cookies are shared by all ports, so local stacks with the same cookie name would sign each other out.
    name = "desk-" + hmac.new(id_key, b"desk cookie", hashlib.sha256).hexdigest()[:8]
    app.config.update(
        SESSION_COOKIE_NAME=name if local else f"__Host-{name}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not local,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
    )
    app.extensions["desk_limit"] = RateLimit(A_MINUTE)

    @app.before_request
    def know_who() -> None:
        """Identify the officer of this request.

        In the cloud, even static files need the proxy's signature. Requests to `/api/v1` have no officer.
        """
        g.signed_in = None
        if for_other_systems():
            return
        email = None if local else parts().identities.email(request.headers.get(HEADER, ""))
        if request.path.startswith(f"{ASSETS}/"):
            return
        g.signed_in = officer = _by_session() if email is None else _by_proxy(email)
        if officer and not current_app.extensions["desk_limit"].allows(officer.id):
            raise TooMany(f"Anh/chị thao tác quá nhanh. Xin đợi {RETRY_AFTER} giây rồi thử lại.")


def for_other_systems() -> bool:
    """Return whether the request is for `/api/v1`. The path is decoded once, as for routing."""
    return request.path == OTHER_SYSTEMS or request.path.startswith(f"{OTHER_SYSTEMS}/")


def _by_session() -> Officer | None:
    known = session.get("officer")
    officer = parts().staff.find(known) if isinstance(known, str) else None
    if officer is None or _ended():
        session.clear()
        return None
    return officer


def _by_proxy(email: str) -> Officer | None:
    """Return the officer with the e-mail address that the proxy has signed, or None if the session has ended.

    Raise Forbidden if no officer has this address.
    """
    officer = parts().staff.with_email(email)
    if officer is None:
        words = (
            f"Tài khoản {email} chưa được cấp quyền vào bàn làm việc. "
            "Xin liên hệ Văn phòng UBND thành phố để được thêm vào danh sách cán bộ."
        )
        raise Forbidden(words, reason="officer_unknown")
    if session.get("officer") != officer.id:
        begin(officer)
    elif _ended():
        session.clear()
        return None
    return officer


def _ended() -> bool:
    now = parts().clock.now()
    try:
        since, seen = (datetime.fromisoformat(session[name]) for name in ("since", "seen"))
    except (KeyError, TypeError, ValueError):
        return True
    if Until(since + LONGEST_SESSION).is_over(now) or Until(seen + IDLE).is_over(now):
        return True
    if Until(seen + _TOUCH).is_over(now) and request.path != LIVE:
        session["seen"] = now.isoformat()
    return False


def begin(officer: Officer) -> None:
    """Start a session for the officer, with a new anti-forgery token."""
    now = parts().clock.now().isoformat()
    session.clear()
    session.permanent = True
    session.update(officer=officer.id, csrf=parts().ids.token(), since=now, seen=now)


def sign_in(officer_id: str) -> Officer:
    """Start a session for an officer without a password. Raise Forbidden for an unknown id. Laptop only."""
    parts().staff.everyone(fresh=True)
    officer = parts().staff.find(officer_id)
    if officer is None:
        raise Forbidden("Không có cán bộ này.", reason="officer_unknown")
    begin(officer)
    session["training"] = parts().store.get(TRAINING) is not None
    return officer


def signed_in() -> Officer | None:
    found: Officer | None = g.get("signed_in")
    return found


def me() -> Officer:
    """Return the signed-in officer. Raise NotSignedIn if there is none."""
    officer = signed_in()
    if officer is None:
        raise NotSignedIn("Phiên làm việc đã kết thúc. Xin đăng nhập để tiếp tục.")
    return officer


def theme() -> str:
    """Return the colour scheme chosen in this browser: "light", "dark", or "" for the device's default."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else ""


def keys_off() -> bool:
    """Return whether single-letter shortcuts are turned off in this browser."""
    return request.cookies.get(KEYS_OFF) == "1"


def check_token() -> None:
    """Check the anti-forgery token (CSRF) of a request that changes something.

    It is the form field `csrf` or the header X-CSRF-Token. Raise Forbidden if it is not the session's.
    """
    if request.method in SAFE:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()):
        raise Forbidden("Phiên làm việc đã đổi. Xin tải lại trang rồi làm lại.", reason="csrf")


def local_page(path: str) -> str:
    """Return `path` if a sign-in may redirect to it, and otherwise the path of the work list."""
    return path if _NEXT.fullmatch(path) else "/"
