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
from petitions.domain.publishing.digit_tries import (
    MOST_WRONG,
    Budget,
    DigitTries,
    GuessBudget,
    budgets,
    count_try,
    guesser,
    spend,
    tries_path,
)
from petitions.domain.publishing.own_view import OwnFile, OwnView, sealed_path
from petitions.domain.shared.records import Root
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
_CLOSED = {
    "address": "Hôm nay có quá nhiều lần nhập sai từ mạng mà anh/chị đang dùng.",
    "site": "Hôm nay có quá nhiều lần nhập sai trên trang này.",
}
_UNTIL = " Vì an toàn, xin thử lại sau {until}, hoặc gửi mã này trên Zalo."
_LATE = "Đã quá 15 phút. Xin nhập lại bốn số cuối của số điện thoại."
_GONE = "Tệp này không còn nữa."


class Paused(Rejected):
    """Raised after too many wrong digits: for this code, from this address, or on the whole site."""

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

    def __call__(self, code: str, digits: str, address: str) -> OpenedView:
        """Return the filer's view to the client at an address. Raise Rejected or Paused.

        Malformed digits are rejected at once; wrong digits and a petition without a view get the same words. During a
        pause even right digits are refused, or the answer would tell which ones are right.
        """
        if not re.fullmatch(r"[0-9]{4}", digits):
            raise Rejected(_MISFORMED, reason="no_digits")
        view = self._opened(code, digits)
        mark = self.seals.mark("tries", "", guesser(address).encode())
        after, spent = self.tries.transact(lambda tx: self._count(tx, code, mark, right=view is not None))
        for scope, wrong, most in spent:
            if wrong in {most // 2, most}:
                telemetry.log("WARNING", "guesses at many petitions", metric="own_view_budget", reason=scope, of=most)
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

    def _count(
        self, tx: Transaction, code: str, mark: str, *, right: bool
    ) -> tuple[DigitTries, list[tuple[str, int, int]]]:
        """Count the try; a right one is written too, so that of many parallel tries only five are evaluated.

        Return the count of the code, and scope, wrong tries and size of each budget that it was charged to. Raise
        Paused.
        """
        path, now = tries_path(code), self.clock.now()
        found = tx.get(path)
        before = None if found is None else DigitTries.model_validate(found)
        if before and (until := before.paused_until(now)):
            raise Paused(_PAUSED.format(most=MOST_WRONG, until=hanoi_time(until)))
        charged = [(budget, _spent(tx, budget)) for budget in budgets(code, mark)]
        for budget, spent in charged:
            if until := budget.closed_until(spent, now):
                raise Paused(_CLOSED[budget.scope] + _UNTIL.format(until=hanoi_time(until)))
        after = count_try(before, now, right=right)
        _put(tx, path, before, after)
        if right:
            return after, []
        counts = []
        for budget, spent in charged:
            one_more = spend(spent, now)
            _put(tx, budget.path, spent, one_more)
            counts.append((budget.scope, one_more.wrong, budget.most))
        return after, counts

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


def _spent(tx: Transaction, budget: Budget) -> GuessBudget | None:
    found = tx.get(budget.path)
    return None if found is None else GuessBudget.model_validate(found)


def _put(tx: Transaction, path: str, before: Root | None, after: Root) -> None:
    """Write all fields, so that it is always a write."""
    if before is None:
        tx.create(path, after.stored())
    else:
        tx.update(path, {**dict.fromkeys(before.stored(), DELETE), **after.stored()})
