"""The filer's view of a petition on its public page, opened by code and last four digits of the telephone."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.language.texts import hanoi_time
from petitions.domain.publishing.own_view import (
    MOST_WRONG,
    DigitTries,
    OwnFile,
    OwnView,
    count_try,
    sealed_path,
    tries_path,
)
from petitions.errors import NotFound, Rejected
from petitions.ports.files import Files
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock, Seals

TICKET_FOR = timedelta(minutes=15)
"""How long a ticket gives access to the files."""

_TICKET = "ticket"
_MISFORMED = "Xin nhập đúng bốn chữ số cuối của số điện thoại, ví dụ 5678."
_WRONG = "Bốn số này không đúng, hoặc phản ánh này không có số điện thoại. Còn {left} lần thử."
_PAUSED = "Đã nhập sai {most} lần. Vì an toàn, xin thử lại sau {until}, hoặc gửi mã này trên Zalo."
_LATE = "Đã quá 15 phút. Xin nhập lại bốn số cuối của số điện thoại."
_GONE = "Tệp này không còn nữa."


class Paused(Rejected):
    """Raised after too many wrong digits for this code."""

    reason = "paused"


@dataclass(frozen=True)
class OpenedView:
    """An opened view."""

    view: OwnView
    ticket: str
    """The ticket for its files."""


@dataclass(frozen=True)
class SeeOwn:
    """A use case of `public_site`; `tries` is the only database that it writes to."""

    public: Store
    tries: Store
    files: Files
    seals: Seals
    clock: Clock

    def __call__(self, code: str, digits: str) -> OpenedView:
        """Return the filer's view. Raise Rejected or Paused.

        Malformed digits are rejected at once; wrong digits and a petition without a view get the same words. During a
        pause even right digits are refused, or the answer would tell which ones are right.
        """
        if not re.fullmatch(r"[0-9]{4}", digits):
            raise Rejected(_MISFORMED, reason="no_digits")
        view = self._opened(code, digits)
        until, after = self.tries.transact(lambda tx: self._count(tx, code, right=view is not None))
        if until:
            raise Paused(_PAUSED.format(most=MOST_WRONG, until=hanoi_time(until)))
        if view is None:
            if after.wrong >= MOST_WRONG:
                telemetry.log("WARNING", "five wrong tries to open a petition", metric="own_view_paused")
            raise Rejected(_WRONG.format(left=MOST_WRONG - after.wrong), reason="wrong_digits")
        claim = json.dumps([code, digits, (self.clock.now() + TICKET_FOR).isoformat()])
        return OpenedView(view, base64.b64encode(self.seals.seal(_TICKET, "", claim.encode())).decode())

    def file(self, ticket: str, number: int) -> tuple[OwnFile, bytes]:
        """Return a file and its bytes, by its place in the view. Raise Rejected (old or invalid ticket) or NotFound."""
        code, digits = self._admitted(ticket)
        view = self._opened(code, digits)
        if view is None or not 0 <= number < len(view.files):
            raise NotFound(_GONE)
        file = view.files[number]
        content = self.seals.open(file.object, digits, b"".join(self.files.read(file.object)))
        if content is None:
            raise NotFound(_GONE)
        return file, content

    def _opened(self, code: str, digits: str) -> OwnView | None:
        found = self.public.get(sealed_path(code))
        content = self.seals.open(sealed_path(code), digits, found["box"]) if found else None
        return None if content is None else OwnView.model_validate_json(content)

    def _count(self, tx: Transaction, code: str, *, right: bool) -> tuple[datetime | None, DigitTries]:
        """Count the try; a right one is written too, so that of many parallel tries only five are evaluated."""
        path, now = tries_path(code), self.clock.now()
        found = tx.get(path)
        before = None if found is None else DigitTries.model_validate(found)
        if before and (until := before.paused_until(now)):
            return until, before
        after = count_try(before, now, right=right)
        if before is None:
            tx.create(path, after.stored())
        else:
            tx.update(path, {"wrong_at": DELETE, **after.stored()})  # all fields, so that it is always a write
        return None, after

    def _admitted(self, ticket: str) -> tuple[str, str]:
        try:
            box = base64.b64decode(ticket, validate=True)
        except (binascii.Error, ValueError):
            box = b""
        content = self.seals.open(_TICKET, "", box)
        code, digits, until = json.loads(content) if content else ("", "", "")
        if not content or datetime.fromisoformat(until) <= self.clock.now():
            raise Rejected(_LATE, reason="old_ticket")
        return code, digits
