"""Parse a message (RFC 5322 and MIME) into its sender, subject, text and files.

Every input gives a result, with a fault if a part is unreadable. Limits on size, depth and number keep a crafted
message from using up memory and time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from itertools import islice

from petitions.domain.language.words import normal
from petitions.domain.mailbox.automatic import automatic_kind
from petitions.domain.mailbox.charsets import decoded
from petitions.domain.mailbox.html_text import html_words
from petitions.domain.petition.contacts import email_address
from petitions.domain.shared.edges import AtMost

LONGEST_TEXT = 60_000
"""The most characters of a mail's text. A petition may have a third of that."""
LONGEST_HTML = 500_000
LONGEST_HEADER = 2_000
LONGEST_LINE = 300
MOST_FILES = 20
MOST_DEPTH = 12
MOST_BOUNDARIES = 100
"""The most boundaries between parts. The standard library compares every line with every boundary around it."""
_PARSER = BytesParser(policy=policy.default)


@dataclass(frozen=True)
class MailPart:
    """A file attached to a message."""

    name: str | None
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ReadMail:
    """A message with its sender, subject, text and files."""

    message_id: str = ""
    sender: str = ""
    """The sender's address in lower case, or "" if there is none."""
    sender_name: str = ""
    subject: str = ""
    text: str = field(default="", repr=False)
    parts: tuple[MailPart, ...] = ()
    automatic: str | None = None
    fault: str | None = None
    """`broken`, `too_deep`, `cut` (text shortened), `empty`, or `files_left` (too many files). None if all could be
    read.
    """
    fingerprint: str = ""


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    parts: list[MailPart] = field(default_factory=list)
    fault: str | None = None


def read_mail(raw: bytes) -> ReadMail:
    """Parse a message from raw bytes. Never raise: an unreadable message has the fault "broken"."""
    try:
        head = _headers(_PARSER.parsebytes(raw, headersonly=True))
    except Exception:  # noqa: BLE001 - the standard library's parser raises many kinds of errors
        return ReadMail(fault="broken")
    read = _of_headers(head, raw)
    if raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        return replace(read, fault="too_deep")
    found = _Found()
    try:
        _walk(_PARSER.parsebytes(raw), found, 0)
    except Exception:  # noqa: BLE001 - as above, keeping the parts found so far
        found.fault = "broken"
    return _with_body(read, found)


def _headers(message: Message) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in message.raw_items():  # unlike `items`, which can raise while it parses values
        headers.setdefault(name.lower(), str(value)[:LONGEST_HEADER])
    return headers


def _of_headers(headers: Mapping[str, str], raw: bytes) -> ReadMail:
    name, sender = _sender(headers.get("from", ""))
    message_id = "".join(_line(headers.get("message-id", "")).split())
    parts = [" ".join(headers.get(item, "").split()) for item in ("message-id", "date", "from", "subject")]
    if not message_id:
        parts.append(hashlib.sha256(raw).hexdigest())
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return ReadMail(
        message_id=message_id,
        sender=sender,
        sender_name=name,
        subject=_line(headers.get("subject", "")),
        automatic=automatic_kind(headers, sender, content_type),
        fingerprint=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
    )


def _sender(value: str) -> tuple[str, str]:
    """Return the name and address of the first sender.

    The standard library's parser recurses too deeply on crafted input, so it is not used.
    """
    name, bracket, rest = value.partition("<")
    if not bracket:
        return "", email_address(_words(value)) or ""
    return _line(name.replace('"', " ").replace("\\", "")), email_address(_words(rest.partition(">")[0])) or ""


def _with_body(read: ReadMail, found: _Found) -> ReadMail:
    text = "\n\n".join(filter(None, (lines_of(item) for item in found.texts)))
    fault = found.fault
    if len(text) > LONGEST_TEXT:
        text, fault = text[:LONGEST_TEXT], fault or "cut"
    if not (text or found.parts or fault):
        fault = "empty"
    return replace(read, text=text, parts=tuple(found.parts), fault=fault)


def _walk(part: Message, found: _Found, depth: int, *, files_alone: bool = False) -> None:
    if depth > MOST_DEPTH:
        found.fault = "too_deep"
        return
    inner = _inner(part)
    if not inner:
        _leaf(part, found, files_alone=files_alone)
        return
    if part.get_content_type() == "message/rfc822" and not files_alone:
        found.texts += [_heading(_headers(message)) for message in inner]
    best = _fullest(inner) if part.get_content_type() == "multipart/alternative" else None
    for number, message in enumerate(inner):
        _walk(message, found, depth + 1, files_alone=files_alone or best not in {None, number})


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload() if part.is_multipart() else None
    return [item for item in payload if isinstance(item, Message)] if isinstance(payload, list) else []


def _heading(headers: Mapping[str, str]) -> str:
    return f"{_line(headers.get('from', ''))}\n{_line(headers.get('subject', ''))}"


def _fullest(alternatives: list[Message]) -> int:
    """Return the index of the alternative to read.

    It is the plain text, unless another alternative has more than twice as much text.
    """
    sizes = [
        sum(len(_text(leaf)) for leaf in islice(alternative.walk(), MOST_FILES) if _is_text(leaf))
        for alternative in alternatives
    ]
    most = max(sizes)
    plain = [place for place, message in enumerate(alternatives) if message.get_content_type() == "text/plain"]
    return next((place for place in plain if sizes[place] * 2 >= most), sizes.index(most))


def _leaf(part: Message, found: _Found, *, files_alone: bool) -> None:
    if part.get_content_maintype() == "multipart":
        found.fault = "broken"  # declared as multipart, but no parts can be separated
    if _is_text(part):
        if not files_alone and sum(map(len, found.texts)) <= LONGEST_TEXT:
            found.texts.append(_text(part))
        return
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return
    if not AtMost(MOST_FILES).has_room(len(found.parts)):
        found.fault = found.fault or "files_left"
        return
    found.parts.append(MailPart(_line(_words(part.get_filename() or ""))[-120:] or None, content))


def _is_text(part: Message) -> bool:
    return part.get_content_type() in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart"


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = decoded(content[: 4 * LONGEST_HTML], part.get_content_charset())
    return html_words(text[:LONGEST_HTML]) if part.get_content_type() == "text/html" else text


def lines_of(text: str) -> str:
    """Return the text without invisible characters, and with at most one empty line in a row."""
    lines = [normal(line) for line in text.splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()


def _line(value: str) -> str:
    return normal(_words(value))[:LONGEST_LINE]


def _words(value: str) -> str:
    text = " ".join(value[:LONGEST_HEADER].split())
    bare = text.encode("utf-8", "surrogateescape")
    if not text.isascii():
        return decoded(bare, None)
    try:
        pieces = decode_header(text)
    except Exception:  # noqa: BLE001 - invalid base64
        return text
    return "".join(decoded(item, charset) if isinstance(item, bytes) else item for item, charset in pieces)
