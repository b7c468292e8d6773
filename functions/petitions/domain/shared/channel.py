"""The channels of petitions other than Zalo and the portal, and the numbers that channels give (LAW 1.2, LAW 2.4)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal


class Channel(StrEnum):
    """The channel of a petition handed in by an officer or another system on behalf of its filer."""

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
"""The source of a petition by its channel, for figures and the portal."""

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
"""The Vietnamese labels of the channels."""

TICKETED = frozenset({Channel.HOTLINE, Channel.IHANOI, Channel.EMAIL})
"""The channels that give every petition a number of its own.

All others number documents and lines of registers, anew each year, and one document may contain several petitions.
"""

ANSWERED_BACK = frozenset({Channel.HOTLINE, Channel.IHANOI, Channel.OTHER_AUTHORITY})
"""The channels that carry the answer to the filer themselves."""

LONGEST_NUMBER = 200
"""The most characters of a channel's number. The id of an e-mail is the longest."""
LONGEST_AUTHORITY = 150

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def number_mark(channel: Channel, number: str, dated: date | None, authority: str) -> str:
    """Return a hash that is equal for the same number of the same channel, or "" without a number.

    Case, spaces and kinds of dashes make no difference, nor do the dashes of a ticket. The number of a document is
    unique only together with its date and its sender.
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
