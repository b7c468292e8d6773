"""The data of the portal simulator: petition records, calls, changes made at the portal, files, sessions.

Instants are ISO 8601 in UTC. The portal's own dates are yyyyMMddHHmmss in Hanoi.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.simulators.database import transaction
from infra.local.simulators.templates import HANOI

TABLES_SQL = """
CREATE TABLE IF NOT EXISTS records (
    code TEXT PRIMARY KEY, our_code TEXT NOT NULL, fields TEXT NOT NULL, state TEXT NOT NULL,
    answer TEXT, rating TEXT, returned INTEGER NOT NULL DEFAULT 0, made_at TEXT NOT NULL, changed_at TEXT NOT NULL,
    client_key TEXT NOT NULL DEFAULT '', away INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS records_by_change ON records (changed_at, code);
CREATE INDEX IF NOT EXISTS records_by_our_code ON records (our_code);
CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL, client_key TEXT, code TEXT, data TEXT NOT NULL,
    error_code TEXT NOT NULL, message TEXT NOT NULL, repeated INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS calls_by_key ON calls (client_key) WHERE code IS NOT NULL AND repeated = 0;
CREATE TABLE IF NOT EXISTS changes (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}', shown_at TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS changes_by_time ON changes (at);
CREATE TABLE IF NOT EXISTS files (
    code TEXT NOT NULL, id TEXT NOT NULL, belongs TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    content BLOB NOT NULL, at TEXT NOT NULL, PRIMARY KEY (code, id));
CREATE TABLE IF NOT EXISTS sessions (session TEXT PRIMARY KEY, expires_at TEXT NOT NULL);
"""
OK = "0"
_STATUS = "CapNhatTrangThaiPAKN"
PAGE = 200
NEW_STATE = "CHO_TIEP_NHAN"
AWAY = "DA_CHUYEN_NGOAI"


def portal_date(instant: datetime) -> str:
    """Return an instant in the portal's format, in Hanoi time: `"20261201080000"`."""
    return f"{instant.astimezone(HANOI):%Y%m%d%H%M%S}"


class PortalStore:
    """The portal's database. Callers group related statements in a `transaction`."""

    def __init__(self, database: sqlite3.Connection, token: Callable[[int], str] = secrets.token_hex) -> None:
        """Open the store. `token(n)` returns a random id of n bytes."""
        self.database = database
        self._token = token

    def open_session(self, now: datetime, lasts: timedelta) -> str:
        """Begin a session with this lifetime, and return its random id."""
        session = secrets.token_urlsafe(24)
        expires_at = (now + lasts).isoformat()
        self.database.execute("INSERT INTO sessions VALUES (?, ?)", (session, expires_at))
        return session

    def has_session(self, session: str, now: datetime) -> bool:
        row = self.database.execute("SELECT expires_at FROM sessions WHERE session = ?", (session,)).fetchone()
        return row is not None and now < datetime.fromisoformat(row["expires_at"])

    def expire_sessions(self) -> None:
        self.database.execute("DELETE FROM sessions")

    def accepted_call(self, client_key: str) -> sqlite3.Row | None:
        """Return the first successful call with this client key, or None. Repeated calls have no effect."""
        row: sqlite3.Row | None = self.database.execute(
            "SELECT * FROM calls WHERE client_key = ? AND code IS NOT NULL AND repeated = 0", (client_key,)
        ).fetchone()
        return row

    def log_call(
        self,
        service: str,
        data: Any,
        at: datetime,
        *,
        code: str | None = None,
        error_code: str = OK,
        message: str = "",
        repeated: bool = False,
    ) -> None:
        client_key = data.get("MAKHOA") if isinstance(data, dict) else None
        self.database.execute(
            "INSERT INTO calls (service, client_key, code, data, error_code, message, repeated, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                service,
                client_key if isinstance(client_key, str) else None,
                code,
                json.dumps(data, ensure_ascii=False),
                error_code,
                message,
                repeated,
                at.isoformat(),
            ),
        )

    def new_code(self, now: datetime) -> str:
        """Return the next national code of the day in Hanoi: `PAKN.20261201.0001` (PLATFORM 6.4)."""
        day = f"{now.astimezone(HANOI):%Y%m%d}"
        number = self.database.execute(
            "INSERT INTO days VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last", (day,)
        ).fetchone()["last"]
        return f"PAKN.{day}.{number:04d}"

    def add_record(self, code: str, fields: dict[str, str], now: datetime) -> None:
        """Add a record from the fields of a DongBoPAKN call or of a filing at the portal.

        A filing at the portal has no MAPAKNDP (the city's code) and no MAKHOA (the client key).
        """
        known = (code, fields.get("MAPAKNDP", ""), _dump(fields), now.isoformat(), now.isoformat())
        self.database.execute(
            "INSERT INTO records (code, our_code, fields, state, made_at, changed_at, client_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*known[:3], NEW_STATE, *known[3:], fields.get("MAKHOA", "")),
        )

    def code_of(self, our_code: str) -> str | None:
        """Return the national code of the oldest record with this code of the city, or None."""
        row = self.database.execute(
            "SELECT code FROM records WHERE our_code = ? ORDER BY made_at, code LIMIT 1", (our_code,)
        ).fetchone()
        return str(row["code"]) if row else None

    def has(self, code: str) -> bool:
        return self._row(code) is not None

    def state_of(self, code: str) -> str:
        return str(self._row(code)["state"])

    def set_state(self, code: str, fields: dict[str, str], now: datetime) -> None:
        """Store state and unit from a CapNhatTrangThaiPAKN call.

        A record filed at the portal also gets the city's code.
        """
        row = self._row(code)
        known = json.loads(row["fields"]) | {name: fields[name] for name in ("MADONVI", "TENDONVI")}
        our_code = row["our_code"] or fields["MAPAKNDP"]
        state = fields["TRANGTHAI"]
        self._update(code, now, state=state, fields=_dump(known), our_code=our_code, away=int(state == AWAY))

    def set_answer(self, code: str, fields: dict[str, str], now: datetime) -> None:
        """Store the answer of a TraLoiPAKN call. It replaces an earlier answer and deletes that answer's files."""
        self.forget_answer_files(code)
        self._update(code, now, answer=_dump(fields), returned=0)

    def set_rating(self, code: str, fields: dict[str, str], now: datetime) -> None:
        self._update(code, now, rating=_dump(fields))

    def add_file(self, code: str, data: dict[str, str], content: bytes, now: datetime) -> None:
        """Store a file of a DinhKemPAKN call. It replaces an earlier file with the same MATEP."""
        known = (code, data["MATEP"], data["THUOCVE"], data["TENTEP"], data["LOAITEP"], content, now.isoformat())
        self.database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", known)

    def forget_answer_files(self, code: str) -> None:
        self.database.execute("DELETE FROM files WHERE code = ? AND belongs = 'TRA_LOI'", (code,))

    def files(self, code: str) -> list[dict[str, Any]]:
        """Return a record's files without their content, in order of arrival."""
        rows = self.database.execute(
            "SELECT id, belongs, name, type, length(content) AS size FROM files WHERE code = ? ORDER BY at, rowid",
            (code,),
        )
        return [dict(row) for row in rows]

    def file(self, code: str, file_id: str) -> Any:
        return self.database.execute("SELECT * FROM files WHERE code = ? AND id = ?", (code, file_id)).fetchone()

    def act(self, code: str, kind: str, reason: str, now: datetime, data: dict[str, str], **columns: Any) -> str:
        """Update columns of a record and add a change to the feed, both or neither. Return the change's id."""
        change_id = f"TD{self._token(8).upper()}"
        with transaction(self.database):
            self.add_change(change_id, code, kind, reason, now, data)
            self._update(code, now, **columns)
        return change_id

    def add_change(
        self, change_id: str, code: str, kind: str, reason: str, at: datetime, data: dict[str, str], shown_at: str = ""
    ) -> None:
        """Add a change to the feed. With `shown_at` later than `at`, it is visible only from then on."""
        self.database.execute(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)",
            (change_id, code, kind, reason, at.isoformat(), _dump(data), shown_at),
        )

    def show_later(self, change_id: str, shown_at: datetime) -> None:
        """Hide a change from the feed until `shown_at`, without changing its date or its position."""
        self.database.execute("UPDATE changes SET shown_at = ? WHERE id = ?", (shown_at.isoformat(), change_id))

    def changes(self, since: str, now: datetime, page: int = 1, size: int = PAGE) -> list[dict[str, str]]:
        """Return a page of the changes made at the portal from `since` on, in order.

        `since` is yyyyMMddHHmmss in Hanoi and inclusive. Empty means all changes.
        """
        rows = self.database.execute(
            "SELECT c.*, r.our_code, r.client_key FROM changes c JOIN records r ON r.code = c.code"
            " WHERE c.at >= ? AND c.shown_at <= ? ORDER BY c.at, c.rowid LIMIT ? OFFSET ?",
            (_from(since), now.isoformat(), size, (page - 1) * size),
        )
        return [_change_json(row) for row in rows]

    def listed(self, since: str, page: int = 1, size: int = PAGE) -> list[dict[str, str]]:
        """Return a page of the records created or changed from `since` on, in the format of LayDanhSachPAKN.

        `since` is yyyyMMddHHmmss in Hanoi and inclusive. Empty means all records. They are sorted by their last change.
        """
        rows = self.database.execute(
            "SELECT * FROM records WHERE changed_at >= ? ORDER BY changed_at, code LIMIT ? OFFSET ?",
            (_from(since), size, (page - 1) * size),
        )
        return [_listed_json(row) for row in rows]

    def listed_one(self, code: str) -> list[dict[str, str]]:
        """Return a list with one record in the format of LayPAKN, or an empty list."""
        row = self._row(code)
        return [_listed_json(row)] if row else []

    def record(self, code: str) -> dict[str, Any] | None:
        """Return a record with its changes and calls in order, or None. Repeated calls are left out."""
        row = self._row(code)
        return self._as_json(row) if row else None

    def records(self) -> list[dict[str, Any]]:
        return [self._as_json(row) for row in self.database.execute("SELECT * FROM records ORDER BY made_at, code")]

    def calls(self) -> list[dict[str, Any]]:
        return [_call_json(row) for row in self.database.execute("SELECT * FROM calls ORDER BY seq")]

    def _as_json(self, row: sqlite3.Row) -> dict[str, Any]:
        code = row["code"]
        calls = self.database.execute(
            "SELECT * FROM calls WHERE code = ? AND repeated = 0 ORDER BY seq", (code,)
        ).fetchall()
        changes = self.database.execute("SELECT * FROM changes WHERE code = ? ORDER BY at, rowid", (code,))
        fields = json.loads(row["fields"])
        return {
            "code": code,
            "our_code": row["our_code"],
            "title": fields["TIEUDE"],
            "state": row["state"],
            "unit_code": fields["MADONVI"],
            "unit": fields["TENDONVI"],
            "fields": fields,
            "answer": _load(row["answer"]),
            "rating": _load(row["rating"]),
            "status": next((json.loads(call["data"]) for call in reversed(calls) if call["service"] == _STATUS), None),
            "returned": bool(row["returned"]),
            "away": bool(row["away"]),
            "files": self.files(code),
            "made_at": row["made_at"],
            "changed_at": row["changed_at"],
            "calls": [_call_json(call) for call in calls],
            "changes": [
                {name: change[name] for name in ("id", "kind", "reason", "at")} | {"data": json.loads(change["data"])}
                for change in changes
            ],
        }

    def _row(self, code: str) -> Any:
        return self.database.execute("SELECT * FROM records WHERE code = ?", (code,)).fetchone()

    def _update(self, code: str, now: datetime, **columns: Any) -> None:
        columns |= {"changed_at": now.isoformat()}
        names = ", ".join(f"{name} = ?" for name in columns)
        self.database.execute(
            f"UPDATE records SET {names} WHERE code = ?",  # noqa: S608 - names are of this module
            (*columns.values(), code),
        )


def _call_json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "seq": row["seq"],
        "service": row["service"],
        "key": row["client_key"],
        "code": row["code"],
        "data": json.loads(row["data"]),
        "error_code": row["error_code"],
        "message": row["message"],
        "repeated": bool(row["repeated"]),
        "at": row["at"],
    }


def _change_json(row: sqlite3.Row) -> dict[str, str]:
    named = {"MAKHOA": row["client_key"], "MAPAKNDP": row["our_code"], **json.loads(row["data"])}
    return {
        **named,
        "MATHAYDOI": row["id"],
        "MAPAKN": row["code"],
        "LOAITHAYDOI": row["kind"],
        "LYDO": row["reason"],
        "NGAYTHAYDOI": portal_date(datetime.fromisoformat(row["at"])),
    }


def _listed_json(row: sqlite3.Row) -> dict[str, str]:
    answer, rating = _load(row["answer"]) or {}, _load(row["rating"]) or {}
    return {
        **json.loads(row["fields"]),
        "MAPAKN": row["code"],
        "MAPAKNDP": row["our_code"],
        "MAKHOA": row["client_key"],
        "TRANGTHAI": row["state"],
        "NOIDUNGTRALOI": answer.get("NOIDUNGTRALOI", ""),
        "MUCDO": rating.get("MUCDO", ""),
        "NGOAITHANHPHO": str(bool(row["away"])),
        "DATRALAI": str(bool(row["returned"])),
        "NGAYCAPNHAT": portal_date(datetime.fromisoformat(row["changed_at"])),
    }


def _from(since: str) -> str:
    """Convert the portal's date to the stored form: `"20261201080000"` -> `"2026-12-01T01:00:00+00:00"`."""
    if not since:
        return ""
    return datetime.strptime(since, "%Y%m%d%H%M%S").replace(tzinfo=HANOI).astimezone(UTC).isoformat()


def _dump(fields: dict[str, str]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _load(text: str | None) -> Any:
    return None if text is None else json.loads(text)
