"""`ports.Portal` over the gateway of the National Public Service Portal (domain facts 2.4).

Log in, then one address for all services: an envelope with the session, the unit code, the service and its data.
Failures are HTTP 200 with a code. All names are configuration (`portal_mapping`). Times are Hanoi's, in seconds.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import httpx

from petitions.adapters.portal_mapping import Mapping, ServiceName
from petitions.adapters.portal_session import Answer, Session, Wire
from petitions.domain.records import HANOI
from petitions.ports import (
    Clock,
    Outcome,
    PortalAnswer,
    PortalChange,
    PortalChanges,
    PortalRating,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)

_STAMP = "%Y%m%d%H%M%S"
_MAX_CODE = 100


class PortalGateway:
    """The gateway; thread-safe. `transport` is the seam for tests."""

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
        self._wire = Wire(url, mapping, transport)
        self._session = Session(self._wire, mapping.login_path, username, password, clock)
        self._unit_code = unit_code
        self._dstcode = dstcode
        self._names = mapping

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        """Hand a petition in. The channel asks for no e-mail address."""
        return self._write(
            "submit",
            {
                "key": key,
                "code": item.code,
                "title": item.title,
                "content": item.content,
                "name": item.name,
                "address": item.address,
                "phone": item.phone,
                "email": "",
                "unit": item.unit,
                "unit_name": item.unit_name,
                "ward": item.ward,
                "kind": self._names.kinds[item.kind],
                "at": stamp(item.at),
            },
        )

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        """Tell a new state or unit."""
        return self._write(
            "status",
            {
                "key": key,
                "code": item.code,
                "state": self._names.states[item.state],
                "unit": item.unit,
                "unit_name": item.unit_name,
                "at": stamp(item.at),
            },
        )

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        """Hand the answer over."""
        return self._write(
            "answer",
            {
                "key": key,
                "code": item.code,
                "text": item.text,
                "author": item.author,
                "unit_name": item.unit_name,
                "at": stamp(item.at),
            },
        )

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        """Tell the citizen's rating; the channel asks for no reason yet."""
        level = self._names.ratings[str(item.level)]
        return self._write(
            "rating", {"key": key, "code": item.code, "level": level, "reason": "", "at": stamp(item.at)}
        )

    def look_up(self, key: str) -> PortalReply:
        """Whether the call with this key happened."""
        return self._write("look_up", {"key": key})

    def changes_since(self, since: datetime) -> PortalChanges:
        """Everything done there since that instant, oldest first."""
        answer, records = self._call("changes", {"since": stamp(since)})
        if answer.outcome is not Outcome.OK:
            return PortalChanges(answer.outcome, answer.reason)
        return PortalChanges(Outcome.OK, changes=tuple(self._change(record) for record in records))

    def _write(self, service: ServiceName, data: dict[str, str]) -> PortalReply:
        answer, records = self._call(service, data)
        if answer.outcome is not Outcome.OK:
            return PortalReply(answer.outcome, answer.reason)
        code = self._text(records[0], "national_code") if records else ""
        national = code if 0 < len(code) <= _MAX_CODE else None
        return PortalReply(Outcome.OK, found=bool(records), national_code=national)

    def _call(self, service: ServiceName, data: dict[str, str]) -> tuple[Answer, list[dict[str, Any]]]:
        """One call within a session; an expired session is renewed once."""
        session = self._session.get()
        if isinstance(session, Answer):
            return _not_called(session), []
        answer = self._post(session, service, data)
        if answer.outcome is Outcome.REFUSED and answer.reason in self._names.expired:
            session = self._session.get(instead_of=session)
            if isinstance(session, Answer):
                return _not_called(session), []
            answer = self._post(session, service, data)
        if answer.outcome is not Outcome.OK:
            return answer, []
        records = answer.body.get("result")
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            return Answer(Outcome.UNKNOWN, "not_an_answer"), []
        return answer, records

    def _post(self, session: str, service: ServiceName, data: dict[str, str]) -> Answer:
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

    def _change(self, record: dict[str, Any]) -> PortalChange:
        """One change; one without an identity gets the hash of what came, so that it is kept all the same."""
        raw = json.dumps(record, sort_keys=True, ensure_ascii=False)
        return PortalChange(
            id=self._text(record, "change") or "sha256:" + hashlib.sha256(raw.encode()).hexdigest(),
            kind=self._names.changes.get(self._text(record, "kind")),
            code=self._text(record, "code"),
            national_code=self._text(record, "national_code"),
            text=self._text(record, "text"),
            at=_instant(self._text(record, "at")),
            raw=record,
        )

    def _text(self, record: dict[str, Any], field: str) -> str:
        value = record.get(self._names.result[field])
        return "" if value is None else str(value).strip()


def stamp(at: datetime) -> str:
    """Seconds in Hanoi's time, as yyyyMMddHHmmss."""
    return at.astimezone(HANOI).strftime(_STAMP)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=HANOI).astimezone(UTC)
    except ValueError:
        return None


def _not_called(login: Answer) -> Answer:
    """The log-in failed, in whatever way: the call itself was not made."""
    return Answer(Outcome.REFUSED, f"login_{login.reason}")
