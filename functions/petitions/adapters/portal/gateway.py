"""Calls of the National Public Service Portal. Implements `ports.Portal`.

After the log-in, one address serves all calls. It expects an envelope with the session, the unit code, the name of the
service and its data. A failure is HTTP 200 with an error code. All names are configuration (`mapping`). Times are in
Hanoi's zone, to the second. Source: PLATFORM 6.1, PLATFORM 6.2, PLATFORM 6.3.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

import httpx

from petitions.adapters.portal.mapping import DUES, SERVICE_FIELDS, Mapping, ServiceName
from petitions.adapters.portal.reading import PortalReading, stamp
from petitions.adapters.portal.session import PortalPost, PortalSession, PortalWire
from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalChange,
    PortalFile,
    PortalItem,
    PortalPage,
    PortalRating,
    PortalRecord,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)
from petitions.domain.shared.outcome import Outcome
from petitions.ports.world import Clock

T = TypeVar("T")

_MAX_CODE = 100


class PortalGateway:
    """The portal's gateway. Thread-safe. Tests replace `transport`.

    Methods do not raise for faults of the portal: the outcome is in the result. `key` identifies a call that writes, so
    that `look_up` can find out whether it happened.
    """

    def __init__(
        self,
        url: str,
        *,
        username: str,
        password: str,
        unit_code: str,
        dstcode: str,
        mapping: Mapping,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._wire = PortalWire(url, mapping, transport)
        self._session = PortalSession(self._wire, mapping.login_path, username, password, clock)
        self._unit_code = unit_code
        self._dstcode = dstcode
        self._names = mapping
        self._reading = PortalReading(mapping)

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        return self._send("submit", key, item, kind=self._names.kinds[item.kind])

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        due = {f"{name}_due": stamp(item.due[name]) if name in item.due else "" for name in DUES}
        return self._send("status", key, item, state=self._names.states[item.state], **due)

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        return self._send("answer", key, item)

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        return self._send("rating", key, item, level=self._names.ratings[str(item.level)])

    def takes(self, media_type: str, size: int) -> bool:
        return media_type in self._names.files.types and size <= self._names.files.most_bytes

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        """Send a file of a petition, encoded in base 64."""
        purpose, content = self._names.files.purposes[item.purpose], base64.b64encode(item.content).decode("ascii")
        return self._send("file", key, item, purpose=purpose, content=content)

    def look_up(self, key: str) -> PortalReply:
        return self._write("look_up", {"key": key})

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        return self._page("changes", since, page, self._reading.change)

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        return self._page("records", since, page, self._reading.record)

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        answer, records = self._call("fetch", {"national_code": national_code})
        return self._paged(answer, [self._reading.record(record) for record in records], more=False)

    def units(self) -> PortalPage[str]:
        answer, records = self._call("units", {"page": "1"})
        return self._paged(answer, [self._reading.text(record, "unit") for record in records], more=False)

    def word_of_state(self, state: str) -> str:
        """Return the portal's code for one of our petition states."""
        return self._names.states[state]

    def _page(
        self, service: ServiceName, since: datetime, page: int, read: Callable[[AnyMapping[str, Any]], T]
    ) -> PortalPage[T]:
        size = self._names.page_size
        answer, records = self._call(service, {"since": stamp(since), "page": str(page), "size": str(size)})
        return self._paged(answer, [read(record) for record in records], more=len(records) >= size)

    def _paged(self, answer: PortalPost, items: list[T], *, more: bool) -> PortalPage[T]:
        if answer.outcome is not Outcome.OK:
            return PortalPage(answer.outcome, answer.reason, down=self._is_down(answer))
        return PortalPage(Outcome.OK, items=tuple(items), more=more)

    def _is_down(self, answer: PortalPost) -> bool:
        named = answer.reason in {*self._names.unavailable, *self._names.expired, "connect"}
        return answer.outcome is Outcome.UNKNOWN or named or answer.reason.startswith(("login_", "http_"))

    def _send(self, service: ServiceName, key: str, item: PortalItem | PortalFile, **words: str) -> PortalReply:
        """Send those fields of an item that the service accepts. `words` replaces values by the portal's own codes."""
        given = {"key": key, **{field.name: getattr(item, field.name) for field in fields(item)}, **words}
        sent = {name: given[name] for name in given if name in SERVICE_FIELDS[service]}
        dates = {name: stamp(value) for name, value in sent.items() if isinstance(value, datetime)}
        return self._write(service, sent | dates)

    def _write(self, service: ServiceName, data: dict[str, str]) -> PortalReply:
        answer, records = self._call(service, data)
        if answer.outcome is not Outcome.OK:
            return PortalReply(answer.outcome, answer.reason, down=self._is_down(answer))
        code = self._reading.text(records[0], "national_code") if records else ""
        national = code if 0 < len(code) <= _MAX_CODE else None
        return PortalReply(Outcome.OK, found=bool(records), national_code=national)

    def _call(self, service: ServiceName, data: dict[str, str]) -> tuple[PortalPost, list[dict[str, Any]]]:
        """Call a service of the portal. If the session has expired, log in again and repeat the call once."""
        session = self._session.get()
        if isinstance(session, PortalPost):
            return _not_called(session), []
        answer = self._post(session, service, data)
        if answer.outcome is Outcome.REFUSED and answer.reason in self._names.expired:
            session = self._session.get(instead_of=session)
            if isinstance(session, PortalPost):
                return _not_called(session), []
            answer = self._post(session, service, data)
        if answer.outcome is not Outcome.OK:
            return answer, []
        records = answer.body.get("result")
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            return PortalPost(Outcome.UNKNOWN, "not_an_answer"), []
        return answer, records

    def _post(self, session: str, service: ServiceName, data: dict[str, str]) -> PortalPost:
        names = self._names.services[service]
        envelope = {
            "session": session,
            "madonvi": self._unit_code,
            "service": names.name,
            "data": [{names.fields[field]: value for field, value in data.items()}],
            "isUpdating": str(names.updating),
            "type": self._names.type,
        }
        return self._wire.post(self._names.call_path, envelope, {"dstcode": self._dstcode})


def _not_called(login: PortalPost) -> PortalPost:
    return PortalPost(Outcome.REFUSED, f"login_{login.reason}")
