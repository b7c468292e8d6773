"""Convert HTML mail to plain text, without tags, scripts and styles, in linear time even for crafted input."""

from __future__ import annotations

import html
import re
import string

_ENTITY = re.compile(r"&#?[0-9A-Za-z]{1,32};")
_BREAKS = frozenset(
    {"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4"}
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]{0,30})")
_QUOTES = "\"'"
_LOWER = {ord(capital): capital.lower() for capital in string.ascii_uppercase}
"""Maps ASCII capitals to lower case. Unlike `str.lower` it keeps the number of characters."""


def html_words(text: str) -> str:
    """Return the text of an HTML mail, with every block, such as a paragraph or a list item, on a line of its own."""
    words: list[str] = []
    lowered, place = text.translate(_LOWER), 0
    while True:
        start = text.find("<", place)
        if start < 0:
            return _tidied([*words, _plain(text[place:])])
        words.append(_plain(text[place:start]))
        if text.startswith("<!--", start):
            place = _after(lowered, "-->", start)
            continue
        name = _NAME.match(text, start + 1)
        if name is None and text[start + 1 : start + 2] not in {"!", "?", "/"}:
            words.append("<")
            place = start + 1
            continue
        tag = name[1].lower() if name else ""
        place = _end_of_tag(text, start)
        if tag in _UNSEEN and text[start + 1] != "/":
            place = _after(lowered, f"</{tag}", place)
            place = _end_of_tag(text, place) if place < len(text) else place
        elif tag in _BREAKS:
            words.append("\n")
        elif tag == "td":
            words.append(" ")


def _after(lowered: str, mark: str, place: int) -> int:
    found = lowered.find(mark, place)
    return len(lowered) if found < 0 else found + len(mark)


def _end_of_tag(text: str, start: int) -> int:
    """Return the position after the tag that begins at `start`.

    A `>` inside a quoted value does not end the tag, unless the quote is never closed.
    """
    quote = ""
    for place in range(start, len(text)):
        sign = text[place]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES and text[place - 1] == "=":
            quote = sign
        elif sign == ">":
            return place + 1
    found = text.find(">", start) if quote else -1
    return len(text) if found < 0 else found + 1


def _plain(text: str) -> str:
    spaced = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if spaced and text[-1:].isspace() else ""
    return before + _ENTITY.sub(lambda found: html.unescape(found[0]), spaced) + after


def _tidied(words: list[str]) -> str:
    lines = [" ".join(line.split()) for line in "".join(words).split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()
