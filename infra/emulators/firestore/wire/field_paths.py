"""Paths of fields inside a document: parsing, checking and formatting them."""

from __future__ import annotations

import re
from functools import lru_cache

from infra.emulators.firestore.wire.errors import invalid

FieldPath = tuple[str, ...]
NAME: FieldPath = ("__name__",)
"""The field path `__name__`, which stands for the document's own name in filters, orders and projections."""

MAX_FIELD_NAME_BYTES = 1500

_RESERVED = re.compile(r"__.*__", re.DOTALL)
_SIMPLE_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_QUOTED_SEGMENT = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)


@lru_cache(maxsize=8192)
def field_path(text: str) -> FieldPath:
    """Parse a dotted field path, with segments optionally in backquotes: "a.`b.c`" -> ("a", "b.c").

    Raise INVALID_ARGUMENT.
    """
    segments: list[str] = []
    position = 0
    while True:
        match = _SIMPLE_SEGMENT.match(text, position)
        if match:
            segments.append(match[0])
        else:
            match = _QUOTED_SEGMENT.match(text, position)
            if match is None or not match[1]:
                raise invalid(f'Invalid property path "{text}".')
            segments.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
        position = match.end()
        if position == len(text):
            break
        if text[position] != ".":
            raise invalid(f'Invalid property path "{text}".')
        position += 1
    path = tuple(segments)
    if path != NAME:
        for segment in path:
            check_field_name(segment)
    return path


def check_field_name(name: str) -> None:
    if not name:
        raise invalid("A field name must not be empty.")
    if _RESERVED.fullmatch(name):
        raise invalid(f'The field name "{name}" is reserved.')
    if len(name.encode()) > MAX_FIELD_NAME_BYTES:
        raise invalid(f"A field name may be at most {MAX_FIELD_NAME_BYTES} bytes long.")


def field_text(path: FieldPath) -> str:
    """Return a field path as text: ("a", "b.c") -> "a.`b.c`"."""
    return ".".join(
        one if _SIMPLE_SEGMENT.fullmatch(one) else "`" + one.replace("\\", "\\\\").replace("`", "\\`") + "`"
        for one in path
    )
