"""Page cursors for queries ordered by a time and then by document id, as `2026-11-27T06:00:00.000000Z~id`."""

from __future__ import annotations

from datetime import UTC, datetime

from petitions.domain.shared.written import is_id
from petitions.errors import Rejected
from petitions.ports.store import Document

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def cursor_after(last: Document, field: str) -> str:
    """Return the cursor of the page that begins after the document. `field` is the time that the query orders by."""
    return f"{last.data[field].astimezone(UTC):{_FORMAT}}~{last.id}"


def position(cursor: str) -> tuple[datetime, str] | tuple[()]:
    """Return the position at which a query begins, or () for an empty cursor. Raise Rejected for a malformed one."""
    if not cursor:
        return ()
    at, _, name = cursor.partition("~")
    try:
        return datetime.strptime(at, _FORMAT).replace(tzinfo=UTC), _name(name)
    except ValueError as error:
        raise Rejected("Không có trang này. Xin mở lại từ đầu.", reason="cursor_malformed") from error


def _name(name: str) -> str:
    if not is_id(name):
        raise ValueError(name)
    return name
