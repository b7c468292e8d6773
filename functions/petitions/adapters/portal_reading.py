"""What comes back from the gateway, in our words: changes and records, with the codes of the mapping."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from datetime import UTC, datetime
from typing import Any

from petitions.adapters.portal_mapping import Mapping
from petitions.domain.records import HANOI
from petitions.ports import PortalChange, PortalRecord, PortalSubmission

STAMP = "%Y%m%d%H%M%S"
_TRUE = "True"


class Reading:
    """Reads by one mapping."""

    def __init__(self, names: Mapping) -> None:
        self._names = names
        self._classes = {word: name for name, word in names.kinds.items()}
        self._levels = {word: int(level) for level, word in names.ratings.items()}

    def change(self, raw: AnyMapping[str, Any]) -> PortalChange:
        """One change; one without an identity gets the hash of what came, so that it is kept all the same."""
        whole = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str)
        kind = self._names.changes.get(self.text(raw, "kind"))
        level = self._levels.get(self.text(raw, "level"))
        filed = self._filed(raw) if kind == "new" else None
        strange = "kind" if kind is None else ""
        if kind == "rated" and level is None:
            strange = "level"
        if kind == "new" and self.text(raw, "class") not in self._classes:
            strange = "class"
        return PortalChange(
            id=self.text(raw, "change") or "sha256:" + hashlib.sha256(whole.encode()).hexdigest(),
            kind=kind,
            code=self.text(raw, "code"),
            national_code=self.text(raw, "national_code"),
            text=self.text(raw, "answer" if kind == "answered" else "text"),
            at=instant(self.text(raw, "at")),
            raw=raw,
            key=self.text(raw, "key"),
            unit=self.text(raw, "unit"),
            level=level,
            petition=filed,
            strange=strange,
        )

    def record(self, raw: AnyMapping[str, Any]) -> PortalRecord:
        """One petition as it stands there."""
        return PortalRecord(
            national_code=self.text(raw, "national_code"),
            code=self.text(raw, "code"),
            key=self.text(raw, "key"),
            state=self.text(raw, "state"),
            unit=self.text(raw, "unit"),
            answer=self.text(raw, "answer"),
            level=self._levels.get(self.text(raw, "level"), 0),
            away=self.text(raw, "away") == _TRUE,
            returned=self.text(raw, "returned") == _TRUE,
            at=instant(self.text(raw, "changed_at")),
            petition=self._filed(raw),
        )

    def text(self, raw: AnyMapping[str, Any], field: str) -> str:
        """A field by our name for it, as text; empty if it is not there."""
        value = raw.get(self._names.result[field])
        return "" if value is None else str(value).strip()

    def _filed(self, raw: AnyMapping[str, Any]) -> PortalSubmission | None:
        at = instant(self.text(raw, "filed_at")) or instant(self.text(raw, "at"))
        content = self.text(raw, "content")
        if at is None or not content:
            return None
        return PortalSubmission(
            code=self.text(raw, "code"),
            title=self.text(raw, "title"),
            content=content,
            name=self.text(raw, "name"),
            address=self.text(raw, "address"),
            phone=self.text(raw, "phone"),
            unit=self.text(raw, "unit"),
            unit_name="",
            ward=self.text(raw, "ward"),
            kind=self._classes.get(self.text(raw, "class"), ""),
            at=at,
        )


def stamp(at: datetime) -> str:
    """Seconds in Hanoi's time, as yyyyMMddHHmmss."""
    return at.astimezone(HANOI).strftime(STAMP)


def instant(text: str) -> datetime | None:
    """The instant of such a stamp; None when it is none."""
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=HANOI).astimezone(UTC)
    except ValueError:
        return None
