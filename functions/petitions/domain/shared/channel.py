"""The channels of petitions other than Zalo and the portal, and their own numbers (LAW 1.2, LAW 2.4)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal


class Channel(StrEnum):
    """The channel of a petition that was handed in on behalf of its filer."""

    VISIT = "visit"
    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    FAX = "fax"
    HOTLINE = "1022"
    IHANOI = "ihanoi"
    OTHER_AUTHORITY = "other_authority"


CHANNEL_SOURCES: Mapping[str, Literal["paper", "phone"]] = {
    Channel.VISIT: "paper",
    Channel.TELEPHONE: "phone",
    Channel.LETTER: "paper",
    Channel.EMAIL: "paper",
    Channel.FAX: "paper",
    Channel.HOTLINE: "phone",
    Channel.IHANOI: "paper",
    Channel.OTHER_AUTHORITY: "paper",
}
"""The source of a petition, for figures and the portal, by its channel."""

CHANNEL_LABELS: Mapping[str, str] = {
    Channel.VISIT: "trực tiếp",
    Channel.TELEPHONE: "qua điện thoại",
    Channel.LETTER: "bằng đơn, thư",
    Channel.EMAIL: "qua e-mail",
    Channel.FAX: "qua fax",
    Channel.HOTLINE: "qua Tổng đài 1022",
    Channel.IHANOI: "qua iHanoi",
    Channel.OTHER_AUTHORITY: "từ cơ quan khác chuyển đến",
}
"""The labels of the ways in which petitions come, by channel."""

TICKETED = frozenset({Channel.HOTLINE, Channel.IHANOI, Channel.EMAIL})
"""The channels with a number per petition. The others number documents and lines of registers, anew each
year, and one document may bring several petitions."""

ANSWERED_BACK = frozenset({Channel.HOTLINE, Channel.IHANOI, Channel.OTHER_AUTHORITY})
"""The channels that carry an answer to the filer themselves."""

LONGEST_NUMBER = 200
"""Characters of a channel's number. That of an e-mail is the longest."""
LONGEST_AUTHORITY = 150

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def number_mark(channel: Channel, number: str, dated: date | None, authority: str) -> str:
    """Return a hash by which the same number of the same channel is found again, or "" without a number.

    Case, spaces and kinds of dashes make no difference, nor do a ticket's dashes. A document's number is unique per day
    and sender.
    """
    plain = _plain(number)
    if not plain:
        return ""
    if channel in TICKETED:
        return _hash(channel, plain.replace("-", ""))
    return _hash(channel, plain.lstrip("0"), dated.isoformat() if dated else "", _plain(authority))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).translate(_DASHES).casefold()
    return "".join(letter for letter in folded if not letter.isspace() and letter not in "<>")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
