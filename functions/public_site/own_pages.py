"""What filers see of their petition with the last four digits of their telephone: by forms, never by an address."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from flask import Response, redirect, render_template, request
from page_words import here, say
from status_pages import Answer, StatusPages

from petitions.domain.petition.petition import RATING_LABELS
from petitions.domain.publishing.own_view import OwnView
from petitions.errors import Forbidden, Rejected
from petitions.usecases.publishing.see_own import SeeOwn
from petitions.web import TooMany


class OwnPages:
    """The routes of the filer's view."""

    def __init__(self, pages: StatusPages, see: SeeOwn) -> None:
        self._pages = pages
        self._see = see

    def show(self) -> Answer:
        """Show the petition's own words, its answer and files; with wrong digits its status and why."""
        if request.method == "GET":  # a reload by the address line
            return redirect(here("/"), HTTPStatus.SEE_OTHER)
        _from_here()
        status = self._pages.find(request.form.get("code", ""))
        found, digits = self._pages.shown(status), "".join(request.form.get("digits", "").split())
        try:
            seen = self._see(status.code, digits, self._pages.client())
        except TooMany:
            raise
        except Rejected as error:
            return self._pages.refused(error, found=found, own_refusal=str(error))
        return render_template("own.html", found=found, own=_worded(seen.view), ticket=seen.ticket), HTTPStatus.OK

    def file(self) -> Answer:
        """Send one file, to be saved."""
        _from_here()
        self._pages.check_rate()
        number = request.form.get("number", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 4):  # noqa: PLR2004
            raise Rejected(say("bad_request"), reason="no_number")
        file, content = self._see.file(request.form.get("ticket", ""), int(number))
        answer = Response(content, mimetype=file.media_type)
        # RFC 6266: percent-encoded, so that none of an officer's characters reaches the header.
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


def _from_here() -> None:
    """Refuse forms of foreign pages. No cookie says who asks, so they could only use up somebody's tries."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden(say("other_page"))


def _worded(view: OwnView) -> dict[str, object]:
    files = [{"name": each.name, "size": _size(each.size)} for each in view.files]
    additions = [{"at": each.at.isoformat(), "text": each.text} for each in view.additions]
    rating = RATING_LABELS.get(view.rating or 0)
    return view.model_dump() | {"files": files, "additions": additions, "rating": rating}


def _size(count: int) -> str:
    """Return a size as people write it: with a decimal comma, no smaller than 1 KB."""
    if count < 2**20:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 2**20:.1f} MB".replace(".", ",")
