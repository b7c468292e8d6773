"""A petition that came on another channel than Zalo and the portal, as it is handed in: one reading for all."""

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
"""The longest time between receipt and entry; a longer one is most likely a wrong date."""

BACK = "channel"
"""Stands among the ways of answering for an answer that goes back to the channel, which carries it on."""
REPLIES_TO_ENTRIES = REPLIES_OFF_ZALO | {BACK}
"""How a petition that is handed in may be answered; "" for on the filer's page alone."""

FILLED = (*LONGEST, "content", "ward", "nowhere", "type", "reply_by")
FIELDS = ("channel", "received_at", "number", "dated", "authority", *FILLED)
"""The names under which an entry is written: in a form, and by other systems."""


@dataclass(frozen=True)
class Entry:
    """A petition as it is handed in."""

    key: str
    """The key of this entry. The same key again stands for the petition that it made."""
    channel: Channel | None
    """None if it was not chosen."""
    received_at: datetime | None
    """When it reached the city; None if it was not given."""
    filled: FilledForm
    """The petition and who filed it. Among the ways of answering is `BACK`."""
    number: str = ""
    """The number that the channel itself gave it: a ticket of 1022 or iHanoi, an e-mail's id, a document's number."""
    dated: date | None = None
    """The day of the document."""
    authority: str = ""
    """The authority that passed it on, or sent the document."""
    other_than: frozenset[str] = frozenset()
    """The codes of petitions with the same document's number that somebody has looked at and found to be others."""
    scans: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """The names and bytes of scanned papers."""
    body: str = ""
    """The mark of all this as another system sent it: its key stands for this alone."""

    @property
    def answered_back(self) -> bool:
        """Whether the answer goes back to the channel, which carries it on."""
        return self.filled.values["reply_by"] == BACK

    @property
    def number_mark(self) -> str:
        """The mark under which the channel's number is found again; "" without one."""
        return number_mark(self.channel, self.number, self.dated, self.authority) if self.channel else ""

    def draft(self, at: datetime) -> PetitionDraft:
        """Return an entry without faults as a draft, told at the time `at`."""
        values = self.filled.values
        filled = replace(self.filled, values={**values, "reply_by": ""}) if self.answered_back else self.filled
        return filled.draft("desk", at)

    def faults(self, now: datetime) -> dict[str, str]:
        """Return the keys of words about what is wrong, by field."""
        filled = self.filled.faults(complete=True, replies=REPLIES_TO_ENTRIES)
        return self._wrong_arrival(now) | self._wrong_way_back() | filled

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

    def _wrong_way_back(self) -> dict[str, str]:
        """Return why the answer cannot go back to the channel, if it should."""
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
    """Return what is written under the names of `FIELDS`; a time without a zone is Hanoi's."""
    at = written_instant(given.get("received_at", ""))
    channel = given.get("channel", "")
    return Entry(
        key=key,
        channel=Channel(channel) if channel in set(Channel) else None,
        received_at=at.replace(tzinfo=HANOI) if at and at.tzinfo is None else at,
        filled=read_filled(given),
        number=normal(given.get("number", "")),
        dated=written_day(given.get("dated", "")),
        authority=normal(given.get("authority", "")),
        other_than=other_than,
        scans=scans,
    )
