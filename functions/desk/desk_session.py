"""Who is asking. Signing in by choosing a name exists only beside the Firestore emulator; see `make_app`."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta

from desk_parts import parts
from flask import Flask, g, request, session

from petitions.domain.officer import Officer
from petitions.errors import Forbidden, PetitionError

SESSION = timedelta(hours=8)
SAFE = {"GET", "HEAD", "OPTIONS"}
# Where a sign-in may lead back to: pages of our own only.
_NEXT = re.compile(r"/(petitions/HN-[0-9A-Z-]{16})?")


class NotSignedIn(PetitionError):  # noqa: N818 - says what is the matter
    """Nobody is signed in, or the session has ended."""

    reason = "not_signed_in"


def configure(app: Flask, id_key: bytes, *, local: bool) -> None:
    """Sign the session with a key of its own, made from `id_key`; it ends eight hours after the sign-in."""
    app.secret_key = hmac.new(id_key, b"desk session", hashlib.sha256).digest()
    app.config.update(
        # Cookies know no ports: stacks side by side on one laptop would sign each other out under one name.
        SESSION_COOKIE_NAME="desk-" + hmac.new(id_key, b"desk cookie", hashlib.sha256).hexdigest()[:8],
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not local,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION,
    )


def sign_in(officer_id: str) -> Officer:
    """Begin a session for a seeded officer. Raises Forbidden for anybody else."""
    parts().staff.everyone(fresh=True)
    officer = parts().staff.find(officer_id)
    if officer is None:
        raise Forbidden("Không có cán bộ này.", reason="officer_unknown")
    session.clear()
    session.permanent = True
    session["officer"] = officer.id
    session["csrf"] = parts().ids.token()
    return officer


def signed_in() -> Officer | None:
    """Who is signed in, with the role they have now; None if nobody is, or they are no longer an officer."""
    if "signed_in" not in g:
        known = session.get("officer")
        g.signed_in = parts().staff.find(known) if isinstance(known, str) else None
    found: Officer | None = g.signed_in
    return found


def me() -> Officer:
    """Who is signed in. Raises NotSignedIn."""
    officer = signed_in()
    if officer is None:
        raise NotSignedIn("Xin đăng nhập để tiếp tục.")
    return officer


def check_token() -> None:
    """Every change carries the session's token: in the form, or in X-CSRF-Token. Raises Forbidden."""
    if request.method in SAFE or signed_in() is None:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()):
        raise Forbidden("Phiên làm việc đã đổi. Xin tải lại trang rồi làm lại.", reason="csrf")


def local_page(path: str) -> str:
    """`path` if it is a page of ours to go to after the sign-in, else the work list."""
    return path if _NEXT.fullmatch(path) else "/"
