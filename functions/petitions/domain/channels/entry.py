"""A petition from a channel other than Zalo and the portal, such as a hotline or a letter, and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from petitions.domain.citizen.draft import PetitionDraft
from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.language.words import normal
from petitions.domain.pages.filled_form import REPLIES_OFF_ZALO, FilledForm, read_filled
from petitions.domain.shared.channel import (
    ANSWERED_BACK,
    LONGEST_AUTHORITY,
    LONGEST_NUMBER,
    TICKETED,
    Channel,
    number_mark,
)
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.domain.shared.written import written_day, written_instant

LONGEST_AGO = timedelta(days=60)
"""The longest time from the receipt of a petition to its entry. A longer time is most likely a wrong date."""

BACK = "channel"
"""The value of `reply_by` for an answer that goes back to the channel, which passes it on to the filer."""
REPLIES_TO_ENTRIES = REPLIES_OFF_ZALO | {BACK}
"""The allowed values of `reply_by`. "" means that the filer reads the answer on their page, which needs a telephone."""

_CAME = ("channel", "received_at", "number", "dated", "authority")
ENTRY_FIELDS = tuple(dict.fromkeys((*_CAME, "content", "place", "ward", "nowhere", *PAGE_FIELDS)))
"""The field names of an entry, in the form and in the API for other systems, in the order of the form."""


@dataclass(frozen=True)
class Entry:
    """One petition as an officer or another system hands it in."""

    key: str
    """The idempotency key. A second entry with the same key returns the petition that the first one made."""
    channel: Channel | None
    """The channel on which the petition came, such as a letter. None if no channel was chosen."""
    received_at: datetime | None
    """The time at which the petition reached the city, or None if it was not given."""
    filled: FilledForm
    """The form with the petition's and the filer's data. `reply_by` may also be `BACK`."""
    number: str = ""
    """The channel's own number: a ticket of 1022 or iHanoi, the id of an e-mail, the number of a document."""
    dated: date | None = None
    """The date on the letter or other document with the petition."""
    authority: str = ""
    """The authority that forwarded the petition or sent the document."""
    other_than: frozenset[str] = frozenset()
    """Codes of petitions with the same document number that an officer declared to be different petitions."""
    scans: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """The scanned papers, each as file name and bytes."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """The keys of error messages about values that could not be read, by field."""
    body: str = ""
    """A fingerprint of the whole request of another system. Its key can be sent again only with the same body."""

    @property
    def answered_back(self) -> bool:
        """Whether the answer goes back to the channel, which passes it on to the filer."""
        return self.filled.values["reply_by"] == BACK

    @property
    def number_mark(self) -> str:
        """The search key of the channel's number, or "" without a number."""
        return number_mark(self.channel, self.number, self.dated, self.authority) if self.channel else ""

    def draft(self, at: datetime) -> PetitionDraft:
        """Return the draft of a petition from an entry without faults, begun at `at`."""
        values = self.filled.values
        filled = replace(self.filled, values={**values, "reply_by": ""}) if self.answered_back else self.filled
        return filled.draft("desk", at)

    def faults(self, now: datetime) -> dict[str, str]:
        """Return the keys of the error messages by field. Empty if the entry is valid."""
        filled = self.filled.faults(complete=True, replies=REPLIES_TO_ENTRIES)
        return self._wrong_arrival(now) | self._wrong_way() | filled | dict(self.unreadable)

    def _wrong_arrival(self, now: datetime) -> dict[str, str]:
        faults: dict[str, str] = {}
        if self.channel is None:
            faults["channel"] = "missing_channel"
        if self.received_at is None:
            faults["received_at"] = "missing_received_at"
        elif self.received_at in Until(now - LONGEST_AGO) or UpTo(now).is_over(self.received_at):
            faults["received_at"] = "fault_received_at"
        if len(self.number) > LONGEST_NUMBER:
            faults["number"] = "fault_long"
        if len(self.authority) > LONGEST_AUTHORITY:
            faults["authority"] = "fault_long"
        if self.channel is Channel.OTHER_AUTHORITY and not self.authority:
            faults["authority"] = "missing_authority"
        if self.number and self.channel not in {None, *TICKETED} and self.dated is None:
            faults["dated"] = "missing_dated"
        if self.dated and UpTo(hanoi(now).date()).is_over(self.dated):
            faults["dated"] = "fault_dated"
        return faults

    def _wrong_way(self) -> dict[str, str]:
        """Return the fault of a way of answering that is not possible, by field, or an empty dict.

        The filer's page needs a telephone number, because its last digits open it. `BACK` needs a channel that passes
        answers on, and for some channels a number.
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
    """Return the entry from the values in `given`, by the names in ENTRY_FIELDS. Other names are ignored.

    Times without a zone are Hanoi's. A value that cannot be read is reported by `Entry.faults`.
    """
    at, dated = written_instant(given.get("received_at", "")), written_day(given.get("dated", ""))
    channel = given.get("channel", "")
    return Entry(
        key=key,
        channel=Channel(channel) if channel in set(Channel) else None,
        received_at=at.replace(tzinfo=HANOI) if at and at.tzinfo is None else at,
        filled=read_filled({name: value for name, value in given.items() if name in ENTRY_FIELDS}),
        number=normal(given.get("number", "")),
        dated=dated,
        unreadable={"dated": "missing_dated"} if dated is None and given.get("dated") else {},
        authority=normal(given.get("authority", "")),
        other_than=other_than,
        scans=scans,
    )
