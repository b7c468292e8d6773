"""Separate the salutation and the closing of a letter from its body, so that they are not repeated when quoted."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.language.words import fold

_SALUTATIONS = ("kinh gui", "kinh thua")
_LONGEST_SALUTATION = 120
_REFERENCE = "ve ho so hn-"
_CLOSING = frozenset({
    "xin", "tran", "trong", "chan", "thanh", "rat", "cam", "on", "kinh", "chao", "thong", "bao", "de", "duoc", "biet",
    "ong", "ba", "quy", "anh", "chi", "cong", "dan", "da", "gui", "phan", "kien", "nghi", "y", "gop", "va", "su", "hop",
    "tac", "quan", "tam", "toi", "den", "don", "vi", "kenh", "nay", "cua", "nhieu",
})  # fmt: skip
"""The words of closing lines, in lower case without diacritics."""
_CLOSES = ("tran trong", "xin tran trong", "xin chan thanh", "chan thanh", "xin cam on", "cam on")


@dataclass(frozen=True)
class Letter:
    """The parts of a letter, without blank lines around them."""

    opening: str
    """The salutation, the line that names the petition, and thanks. "" if there is none."""
    body: str
    closing: str

    @classmethod
    def of(cls, text: str) -> Letter:
        """Return the parts of a text. If the text is only salutation and closing, all of it is the body."""
        lines = text.strip().split("\n")
        first, last = 0, len(lines)
        while first < last and (not lines[first].strip() or _opens(lines[first])):
            first += 1
        while last > first and (not lines[last - 1].strip() or _closes(lines[last - 1])):
            last -= 1
        if first == last:
            return cls("", text.strip(), "")
        parts = ("\n".join(part).strip() for part in (lines[:first], lines[first:last], lines[last:]))
        return cls(*parts)

    def with_body(self, more: str) -> str:
        """Return the letter with `more` as a paragraph after its body."""
        return "\n\n".join(part for part in (self.opening, self.body, more, self.closing) if part)


def _opens(line: str) -> bool:
    folded = fold(line)
    if folded.startswith(_SALUTATIONS):
        return len(folded) <= _LONGEST_SALUTATION
    if _closes(line):  # thanks, which may come first too
        return True
    return folded.startswith(_REFERENCE) and folded.endswith(":")


def _closes(line: str) -> bool:
    words = "".join(c if c.isalnum() else " " for c in fold(line)).split()
    return " ".join(words).startswith(_CLOSES) and _CLOSING.issuperset(words)
