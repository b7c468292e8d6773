"""A petition that arrived on another channel than Zalo and the portal, and the checks that all of these share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.language.words import normal
from petitions.domain.pages.filled_form import LONGEST, REPLIES_OFF_ZALO, FilledForm, read_filled
from petitions.domain.shared.channel import (
    ANSWERED_BACK,
    LONGEST_AUTHORITY,
    LONGEST_NUMBER,
    TICKETED,
    Channel,
    number_mark,
)
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.written import written_day, written_instant

LONGEST_AGO = timedelta(days=60)
"""The longest time between receipt and entry. A longer one is most likely a wrong date."""

BACK = "channel"
"""The way of answering in which the answer goes back to the channel, which passes it on to the filer."""
REPLIES_TO_ENTRIES = REPLIES_OFF_ZALO | {BACK}
"""The allowed ways of answering such a petition. "" means on the filer's page alone, which needs a telephone."""

FILLED = (*LONGEST, "content", "ward", "nowhere", "type", "reply_by")
FIELDS = ("channel", "received_at", "number", "dated", "authority", *FILLED)
"""The field names of an entry, in the form and in the interface for other systems."""


@dataclass(frozen=True)
class Entry:
    """A petition as it is handed in."""

    key: str
    """The key of this entry. A second entry with the same key stands for the petition that the first one made."""
    channel: Channel | None
    """None if it was not chosen."""
    received_at: datetime | None
    """The time at which it reached the city, or None if it was not given."""
    filled: FilledForm
    """The petition and its filer. The way of answering may be `BACK`."""
    number: str = ""
    """The channel's own number: a ticket of 1022 or iHanoi, the id of an e-mail, the number of a document."""
    dated: date | None = None
    """The date of the document."""
    authority: str = ""
    """The authority that passed the petition on or sent the document."""
    other_than: frozenset[str] = frozenset()
    """Codes of petitions with the same document number that an officer has found to be different ones."""
    scans: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """The names and bytes of scanned papers."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """The keys of error messages about given values that could not be read, by field."""
    body: str = ""
    """A fingerprint of the whole request of another system. A key can be repeated only with the same body."""

    @property
    def answered_back(self) -> bool:
        """Whether the answer goes back to the channel, which passes it on."""
        return self.filled.values["reply_by"] == BACK

    @property
    def number_mark(self) -> str:
        """The value by which the channel's number is looked up, or "" without a number."""
        return number_mark(self.channel, self.number, self.dated, self.authority) if self.channel else ""

    def draft(self, at: datetime) -> PetitionDraft:
        """Return a valid entry as a draft, begun at `at`."""
        values = self.filled.values
        filled = replace(self.filled, values={**values, "reply_by": ""}) if self.answered_back else self.filled
        return filled.draft("desk", at)

    def faults(self, now: datetime) -> dict[str, str]:
        """Return the keys of the error messages by field."""
        filled = self.filled.faults(complete=True, replies=REPLIES_TO_ENTRIES)
        return self._wrong_arrival(now) | self._wrong_way() | filled | dict(self.unreadable)

    def _wrong_arrival(self, now: datetime) -> dict[str, str]:
        faults: dict[str, str] = {}
        if self.channel is None:
            faults["channel"] = "missing_channel"
        if self.received_at is None:
            faults["received_at"] = "missing_received_at"
        elif not now - LONGEST_AGO <= self.received_at <= now:
            faults["received_at"] = "fault_received_at"
        if len(self.number) > LONGEST_NUMBER:
            faults["number"] = "fault_long"
        if len(self.authority) > LONGEST_AUTHORITY:
            faults["authority"] = "fault_long"
        if self.channel is Channel.OTHER_AUTHORITY and not self.authority:
            faults["authority"] = "missing_authority"
        if self.number and self.channel not in {None, *TICKETED} and self.dated is None:
            faults["dated"] = "missing_dated"
        if self.dated and self.dated > hanoi(now).date():
            faults["dated"] = "fault_dated"
        return faults

    def _wrong_way(self) -> dict[str, str]:
        """Return the reason why the answer cannot go back to the channel, or be read on the filer's page.

        A filled-in form has the needs of the other ways. The page opens with the digits of a telephone.
        """
        if not self.filled.values["reply_by"] and not self.filled.values["phone"]:
            return {"reply_by": "missing_phone_for_page"}
        if not self.answered_back or self.channel is None:
            return {}
        if self.channel not in ANSWERED_BACK:
            return {"reply_by": "fault_answered_back"}
        return {"number": "missing_number"} if self.channel in TICKETED and not self.number else {}


def read_entry(
    given: Mapping[str, str],
    key: str,
    scans: tuple[tuple[str, bytes], ...] = (),
    other_than: frozenset[str] = frozenset(),
) -> Entry:
    """Return the entry in `given`, a mapping of `FIELDS`. Times without a zone are in Hanoi time."""
    at, dated = written_instant(given.get("received_at", "")), written_day(given.get("dated", ""))
    channel = given.get("channel", "")
    return Entry(
        key=key,
        channel=Channel(channel) if channel in set(Channel) else None,
        received_at=at.replace(tzinfo=HANOI) if at and at.tzinfo is None else at,
        filled=read_filled(given),
        number=normal(given.get("number", "")),
        dated=dated,
        unreadable={"dated": "missing_dated"} if dated is None and given.get("dated") else {},
        authority=normal(given.get("authority", "")),
        other_than=other_than,
        scans=scans,
    )
