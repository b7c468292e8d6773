"""Translates the portal's replies, i.e. changes and petitions, into our names and codes, by the mapping."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from petitions.adapters.portal.mapping import Mapping
from petitions.domain.portal.portal_items import PortalChange, PortalRecord, PortalSubmission
from petitions.domain.shared.records import HANOI

STAMP = "%Y%m%d%H%M%S"
MOST_RAW = 200 * 1024
"""The most bytes of a raw change that are stored.

Twice as many, for the raw change and its translation, still fit in one Firestore document.
"""

LONGEST_NAME = 200
_TRUE = "True"
_DEEPEST = 10
_FIELD = re.compile(r"(?!__)[^\x00-\x1f]{1,200}")
_AS_TEXT = "json"
_WORDS = {"answered": "answer", "supplemented": "supplement"}
"""The field that has the text of a change, by kind of change. All other kinds have it in `text`."""


class PortalReading:
    """Translates replies of the portal by a mapping of its names."""

    def __init__(self, names: Mapping) -> None:
        self._names = names
        self._classes = {word: name for name, word in names.kinds.items()}
        self._levels = {word: int(level) for level, word in names.ratings.items()}

    def change(self, raw: AnyMapping[str, Any]) -> PortalChange:
        """Return a change made on the portal. `strange` names the part that could not be understood, or is "".

        A change without an id gets the hash of its raw form as id, so that it can be stored. A change that is too long
        to be stored is replaced by its size and hash, and counts as strange.
        """
        raw = json.loads(raw[_AS_TEXT]) if list(raw) == [_AS_TEXT] else raw
        whole = json.dumps(raw, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8", "replace")
        digest, name = "sha256:" + hashlib.sha256(whole).hexdigest(), self.text(raw, "change")
        kind = self._names.changes.get(self.text(raw, "kind"))
        level = self._levels.get(self.text(raw, "level"))
        filed = self._filed(raw) if kind == "new" else None
        strange = "kind" if kind is None else ""
        if kind == "rated" and level is None:
            strange = "level"
        if kind == "new" and self.text(raw, "class") not in self._classes:
            strange = "class"
        change = PortalChange(
            id=name if 0 < len(name) <= LONGEST_NAME else digest,
            kind=kind,
            code=self.text(raw, "code")[:LONGEST_NAME],
            national_code=self.text(raw, "national_code")[:LONGEST_NAME],
            text=self.text(raw, _WORDS.get(kind or "", "text")),
            at=instant(self.text(raw, "at")),
            raw=raw if _storable(raw, _DEEPEST) else {_AS_TEXT: whole.decode()},
            key=self.text(raw, "key")[:LONGEST_NAME],
            unit=self.text(raw, "unit")[:LONGEST_NAME],
            level=level,
            petition=filed,
            strange=strange,
        )
        if len(whole) <= MOST_RAW:
            return change
        kept = {"sha256": digest, "bytes": len(whole)}
        return replace(change, text="", raw=kept, petition=None, strange="too_long")

    def record(self, raw: AnyMapping[str, Any]) -> PortalRecord:
        """Return a petition as the portal has it. Missing fields are empty."""
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
        """Return the field with our name `field` from a raw reply as text, or "" if it is missing."""
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


def _storable(value: Any, deepest: int) -> bool:
    """Return whether Firestore can store a value.

    It must not be nested too deeply, contain lists in lists, reserved field names, or integers above 64 bits.
    """
    if isinstance(value, dict):
        return deepest > 0 and all(
            _FIELD.fullmatch(name) is not None and _storable(item, deepest - 1) for name, item in value.items()
        )
    if isinstance(value, list):
        return deepest > 0 and all(not isinstance(item, list) and _storable(item, deepest - 1) for item in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def stamp(at: datetime) -> str:
    """Return an instant as the portal writes it: yyyyMMddHHmmss in Hanoi's time."""
    return at.astimezone(HANOI).strftime(STAMP)


def instant(text: str) -> datetime | None:
    """Return the instant written as yyyyMMddHHmmss in Hanoi's time, or None if the text is malformed."""
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=HANOI).astimezone(UTC)
    except ValueError:
        return None
