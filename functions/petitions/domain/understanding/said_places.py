"""Places and addresses in a message, without the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from petitions.domain.routing.places import Places
from petitions.domain.understanding.address_words import (
    ANCHORS,
    ASKING,
    BACK,
    ELSE,
    FORM,
    HEADS,
    HOME,
    JUNK,
    LABEL,
    LEAD_PHRASES,
    LEADS,
    LINK,
    LIVES,
    NIL,
    NOT,
    NOTHING,
    NUMBER,
    ONLY_NOT,
    POINT,
    SOFT,
    TAIL,
    TRAILS,
    WHERE,
)
from petitions.domain.understanding.clauses import Token, Vocabulary, clauses, flat, tokens
from petitions.domain.understanding.place_shapes import MORE, PLACE, clause_kind

_ASKS = re.compile(r"\?|\b(?:khong|ko|k|gi|ai|sao|nao|chua|dau|a|ha|nhi)\W*$")
_LONGEST, _MOST_CLAUSES, _FEW = 24, 40, 4
_LEAST_INNER = 2
_PHRASES: dict[str, list[tuple[Vocabulary, ...]]] = {}
for _phrase in LEAD_PHRASES:
    _PHRASES.setdefault(flat(_phrase).split()[0], []).append(tuple(map(Vocabulary, _phrase.split())))
_WIDEST, _MOST_LEADS = 400, 16
_AT = Vocabulary("ở tại at")
_JOIN = re.compile(r"\s{2,}")


def place_in(text: str, flattened: str, places: Places, start: int, end: int, *, first: bool = False) -> str | None:
    """Return the place that a part of a message says, clean; None if it says none or is unsure.

    With `first` only the first clause, and those that continue it, may be the place.
    """
    for exact in (LINK, POINT):
        if link := exact.search(text, start, end):
            return link[0]
    for back in list(BACK.finditer(flattened, start, end))[-1:]:
        if found := place_in(text, flattened, places, back.end(), end, first=first):
            return found
    if ELSE.search(flattened[start:end]):
        return None
    return _of_clauses(text, flattened, places, (start, end), first=first)


def _of_clauses(text: str, flattened: str, places: Places, part: tuple[int, int], *, first: bool) -> str | None:
    """Return the clauses that are a place, as one."""
    kept: list[tuple[int, int]] = []
    strong = False
    for at, (begin, stop) in enumerate(clauses(text, flattened, *part)):
        if at >= _MOST_CLAUSES:
            break
        asks = flattened[stop : stop + 1] == "?" or ASKING.search(flattened[begin:stop])
        span = None if asks or NIL.match(flattened[begin:stop]) else _trimmed(text, flattened, begin, stop)
        kind, span = clause_kind(text, span, places) if span else (0, None)
        if span and (kind == PLACE or (kind == MORE and (kept or not first))):
            if kind == PLACE and not strong and kept and not _touching(text, kept[-1], span):
                kept = []
            strong = strong or kind == PLACE
            kept.append(span)
        elif strong and first:
            break
    said = _joined(text, kept) if strong else ""
    return said if said and not NOTHING.fullmatch(flat(said)) else None


def _trimmed(text: str, flattened: str, begin: int, stop: int) -> tuple[int, int] | None:
    """Return a clause without the words around its place, or None if nothing is left."""
    if ONLY_NOT.match(flattened[begin:stop]):
        return None
    for pattern in (NOT, TAIL):
        if denied := pattern.search(flattened, begin, stop):
            stop = denied.start()
    if (colon := text.rfind(": ", begin, stop)) >= 0 and not FORM.match(flattened[begin:colon]):
        begin = colon + 2
    said = _without_leads(tokens(text, begin, min(stop, begin + _WIDEST)))
    while said and said[-1].raw in TRAILS and not said[-1].capital:
        said = said[:-1]
    if len(said) > _LEAST_INNER and (inner := _inner(said)):
        if any(word.raw in JUNK and word.raw not in SOFT for word in said[:inner]):
            return None
        said = _without_leads(said[inner:])
    return (said[0].start, said[-1].end) if said else None


def _without_leads(said: list[Token]) -> list[Token]:
    for _ in range(_MOST_LEADS):
        skip = _lead(said) if said else 0
        if not skip:
            break
        said = said[skip:]
    return said


def _lead(said: Sequence[Token]) -> int:
    """Return how many words at the beginning do not belong to a place."""
    if flat(" ".join(token.raw for token in said[:2])) in HEADS:
        return 0
    for parts in _PHRASES.get(flat(said[0].raw), ()):
        if len(parts) < len(said) and all(token.raw in part for token, part in zip(said, parts, strict=False)):
            return len(parts)
    word, following = said[0].raw, said[1].raw if len(said) > 1 else ""
    if word.lower() == "thành" and following != "phố":
        return 1
    if word not in LEADS or (said[0].capital and following[:1].isupper() and len(word) > 1):
        return 0
    return 1


def _inner(said: Sequence[Token]) -> int:
    """Return where the place begins in "chuyện đó diễn ra ở 5 Hàng Bông": behind "ở", if words of no place precede."""
    for at in range(len(said) - 1, 0, -1):
        if said[at - 1].raw in _AT and not said[at - 1].capital:
            before = said[: at - 1]
            if before and flat(f"{before[-1].raw} {said[at - 1].raw}") in HEADS:
                continue
            if not any(word.raw in ANCHORS or word.raw[0].isdigit() or word.capital for word in before[1:]):
                return at
    return 0


def _touching(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    return not any(character.isalnum() for character in text[left[1] : right[0]])


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the spans as one address; between spans that touch stands what the citizen wrote."""
    out = ""
    for at, (begin, end) in enumerate(spans):
        if at:
            between = text[spans[at - 1][1] : begin]
            plain = _touching(text, spans[at - 1], (begin, end)) and "\n" not in between
            out += between if plain else ", "
        out += text[begin:end]
    if FORM.match(flat(out[: out.find(":") + 1].rstrip(":"))):
        out = LABEL.sub(lambda label: f"{label[1].lower()} ", out)
        out = NUMBER.sub(r"\1 ", out)
    if "(" in out and ")" not in out:
        out = out.replace(" (", ", ")
    return _JOIN.sub(" ", out).strip(" ,;:-.")


def labelled(flattened: str, *, beside: bool = False) -> Iterator[tuple[str, int, bool]]:
    """Yield "place" or "home", the position behind the words that announce one, and whether they say whose it is.

    Beside a name or telephone (`beside`) a mere "ở" is enough for a home.
    """
    found = [("place", match.end(), True) for match in WHERE.finditer(flattened)]
    found += [("home", match.end(), match["mine"] is not None) for match in HOME.finditer(flattened)]
    if beside:
        found += [("home", match.end(), False) for match in LIVES.finditer(flattened)]
    yield from sorted(found, key=lambda each: each[1])
