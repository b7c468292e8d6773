"""Who is asking, and for how long. In the cloud Identity-Aware Proxy says who; by name one signs in on a laptop only.

Signing in by choosing a name exists only beside the Firestore emulator, where no proxy is set; see `make_app`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from flask import Flask, g, request, session

from desk.shell.parts import parts
from petitions.domain.officers.officer import Officer
from petitions.errors import Forbidden, PetitionError
from petitions.web import ASSETS, RETRY_AFTER, RateLimit, TooMany

LONGEST_SESSION = timedelta(hours=8)
"""After this a session ends, whatever is done in it."""
IDLE = timedelta(minutes=30)
"""After this without a request a session ends."""
A_MINUTE = 240
"""Requests of one officer in one instance: pages with their pictures, far below what a script would do."""
HEADER = "X-Goog-Iap-Jwt-Assertion"
SIGN_OUT = "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE"
"""Where Identity-Aware Proxy forgets who signed in (https://cloud.google.com/iap/docs/sessions-howto)."""
THEME = "desk-theme"
THEMES = {"": "theo thiết bị", "light": "sáng", "dark": "tối"}
"""The looks to choose from. A device keeps its own, in a cookie for a year."""
KEYS_OFF = "desk-keys-off"
"""The cookie of a device on which single letters do nothing: whoever speaks their text needs that (WCAG 2.1.4)."""
SAFE = {"GET", "HEAD", "OPTIONS"}
TRAINING = "training/current"
"""Where the local stack keeps its training, if it was begun (`infra/local/training`)."""
TRAINEES = "PX-00175"
"""The ward whose people practise, beside the coordinators."""
OTHER_SYSTEMS = "/api/v1"
"""Here and below other systems come with a key of their own and nobody with a session (`api/caller.py`)."""
LIVE = "/live"
"""Asked by open pages of themselves, so it is no sign that anybody is there."""
_TOUCH = timedelta(minutes=1)
# Where a sign-in may lead back to: pages of our own only.
_NEXT = re.compile(r"/(petitions/HN-[0-9A-Z-]{16}|training)?")


class NotSignedIn(PetitionError):  # noqa: N818 - says what is the matter
    """Nobody is signed in, or the session has ended."""

    reason = "not_signed_in"


def configure(app: Flask, id_key: bytes, *, local: bool) -> None:
    """Sign the session with a key of its own, made from `id_key`; know who is asking before anything else."""
    app.secret_key = hmac.new(id_key, b"desk session", hashlib.sha256).digest()
    # Cookies know no ports: stacks side by side on one laptop would sign each other out under one name.
    name = "desk-" + hmac.new(id_key, b"desk cookie", hashlib.sha256).hexdigest()[:8]
    app.config.update(
        SESSION_COOKIE_NAME=name if local else f"__Host-{name}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not local,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
    )
    app.extensions["desk_limit"] = limit = RateLimit(A_MINUTE)

    @app.before_request
    def know_who() -> None:
        """In the cloud nothing but the paths of other systems goes without the proxy's signature, not even a file."""
        g.signed_in = None
        if for_other_systems():
            return
        email = None if local else parts().identities.email(request.headers.get(HEADER, ""))
        if request.path.startswith(f"{ASSETS}/"):
            return
        g.signed_in = officer = _by_session() if email is None else _by_proxy(email)
        if officer and not limit.allows(officer.id):
            raise TooMany(f"Anh/chị thao tác quá nhanh. Xin đợi {RETRY_AFTER} giây rồi thử lại.")


def for_other_systems() -> bool:
    """Return whether the request is for `/api/v1`: by the path that the routes are found by, decoded once."""
    return request.path == OTHER_SYSTEMS or request.path.startswith(f"{OTHER_SYSTEMS}/")


def _by_session() -> Officer | None:
    """Return who signed in on the page, with the role they have now; None once they left or the session has ended."""
    known = session.get("officer")
    officer = parts().staff.find(known) if isinstance(known, str) else None
    if officer is None or _ended():
        session.clear()
        return None
    return officer


def _by_proxy(email: str) -> Officer | None:
    """Return whose address the proxy signed. Raises Forbidden for a person who is no officer."""
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
    """Return whether the session is over; note one that goes on as used."""
    now = parts().clock.now()
    try:
        since, seen = (datetime.fromisoformat(session[name]) for name in ("since", "seen"))
    except (KeyError, TypeError, ValueError):
        return True
    if now - since >= LONGEST_SESSION or now - seen >= IDLE:
        return True
    if now - seen >= _TOUCH and request.path != LIVE:
        session["seen"] = now.isoformat()
    return False


def begin(officer: Officer) -> None:
    """Begin a session of this officer."""
    now = parts().clock.now().isoformat()
    session.clear()
    session.permanent = True
    session.update(officer=officer.id, csrf=parts().ids.token(), since=now, seen=now)


def sign_in(officer_id: str) -> Officer:
    """Begin a session for a seeded officer. Raises Forbidden for anybody else."""
    parts().staff.everyone(fresh=True)
    officer = parts().staff.find(officer_id)
    if officer is None:
        raise Forbidden("Không có cán bộ này.", reason="officer_unknown")
    begin(officer)
    session["training"] = parts().store.get(TRAINING) is not None
    return officer


def signed_in() -> Officer | None:
    """Return who is signed in; None if nobody is."""
    found: Officer | None = g.get("signed_in")
    return found


def me() -> Officer:
    """Return who is signed in. Raises NotSignedIn."""
    officer = signed_in()
    if officer is None:
        raise NotSignedIn("Phiên làm việc đã kết thúc. Xin đăng nhập để tiếp tục.")
    return officer


def theme() -> str:
    """Return the look that was chosen on this device: "light", "dark", or "" for the device's own."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else ""


def keys_off() -> bool:
    """Return whether single letters do nothing on this device."""
    return request.cookies.get(KEYS_OFF) == "1"


def check_token() -> None:
    """Check that a change carries the session's token, in the form or in X-CSRF-Token. Raises Forbidden."""
    if request.method in SAFE:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()):
        raise Forbidden("Phiên làm việc đã đổi. Xin tải lại trang rồi làm lại.", reason="csrf")


def local_page(path: str) -> str:
    """Return `path` if it is a page of ours to go to after the sign-in, else the work list."""
    return path if _NEXT.fullmatch(path) else "/"
