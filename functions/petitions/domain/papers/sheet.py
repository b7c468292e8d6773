"""The texts of a formal paper, part by part as in appendix I of Decree 30/2020/NĐ-CP (LAW 8.1).

The modules that draw the page decide fonts, sizes and positions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import Field

from petitions.domain.language.words import normal
from petitions.domain.shared.records import Day, Record

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
END = "./."
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BOTH_DIGITS = 10
_EARLY_MONTHS = 3


class Sheet(Record):
    """The texts on the page of a formal paper."""

    superior: list[str]
    """The lines with the superior's name. Empty for a people's committee."""
    issuer: list[str]
    """The lines with the issuer's name."""
    place: str
    symbol: str
    """The symbol printed after the number: `SXD-PAKN`."""
    number: int | None = None
    day: Day | None = None
    year: int
    """The year of the register of numbers. It is known before the day."""
    heading: str = ""
    """The name of the kind in capitals, or "" for a letter."""
    subject: str
    addressee: list[str] = Field(default_factory=list)
    """The lines of the addressee: the name, then the address. Empty if the paper has a heading."""
    body: str
    """The text of the paper, with one line per paragraph."""
    recipients: list[str]
    authority: list[str]
    """The lines above the signature: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`."""
    signer: str = ""

    @property
    def number_line(self) -> str:
        """Return the line with number and symbol: "Số: 05/SXD-PAKN". Numbers below 10 get a leading zero."""
        return f"Số: {self.printed_number}"

    @property
    def printed_number(self) -> str:
        return f"{_two_digits(self.number) if self.number else '      '}/{self.symbol}"

    @property
    def date_line(self) -> str:
        """Return the line with place and date. Days below 10 and the months 1 and 2 get a leading zero.

        Without a day it has gaps to fill in by hand.
        """
        if self.day is None:
            return f"{self.place}, ngày      tháng      năm {self.year}"
        month = _two_digits(self.day.month) if self.day.month < _EARLY_MONTHS else str(self.day.month)
        return f"{self.place}, ngày {_two_digits(self.day.day)} tháng {month} năm {self.day.year}"

    @property
    def subject_line(self) -> str:
        """Return the subject as printed. In a letter, which has no heading, it begins with "V/v"."""
        return self.subject if self.heading else f"V/v {self.subject}"

    @property
    def paragraphs(self) -> list[str]:
        """Return the paragraphs of the text. The last one ends with the end mark "./."."""
        found = [line for item in self.body.split("\n") if (line := printed(item))]
        return [*found[:-1], f"{found[-1].rstrip('./ ')}{END}"] if found else []

    @property
    def recipient_lines(self) -> list[str]:
        """Return the recipients with leading dashes. The last one, the archive, ends with a full stop."""
        lines = [f"- {recipient}" for recipient in self.recipients]
        return [*(f"{line};" for line in lines[:-1]), *(f"{line}." for line in lines[-1:])]


def printed(text: str) -> str:
    """Return the text on one line, without invisible characters and those that XML or fonts lack."""
    return normal(_CONTROLS.sub(" ", text))


def in_lines(text: str, words: Sequence[str]) -> list[str]:
    """Return the text in capitals, broken into two lines before the first of `words` inside it."""
    whole = text.upper()
    for word in words:
        before, found, after = whole.partition(f" {word.upper()}")
        if found:
            return [before, found[1:] + after]
    return [whole]


def _two_digits(number: int) -> str:
    return f"0{number}" if number < _BOTH_DIGITS else str(number)
