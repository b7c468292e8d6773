"""The citizen's own name in a message: written alone where it was asked for, or behind words such as "tôi tên là"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from petitions.domain.language.words import fold
from petitions.domain.understanding.clauses import clauses, flat
from petitions.domain.understanding.name_words import (
    ASKS,
    BACK,
    BESIDE,
    DECLINES,
    ELSE,
    ENDS,
    FAMILY_FIRST,
    FAMILY_LAST,
    FIXES,
    GIVEN,
    HERE,
    I_WHO,
    KIN,
    MENDED,
    MENDS,
    MIDDLE,
    NOT_A_PERSON,
    RATHER,
    SAYS,
    SAYS_IF_ASKED,
    SIGNED,
    SPELT,
    STREETS,
    SURNAMES,
    TEN_FIRST,
    THAT_ONE,
    THEN_HOME,
    TITLES,
)
from petitions.domain.understanding.written_names import is_full, name_at

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+){0,3}")
_LEAST, _MOST = 2, 20
_NEAR, _MANY, _SHORT = 60, 40, 9
_LOOSE = re.compile(r"\bla |:|^[a-z]+ ten ")
_WHERE = frozenset({"place", "home"})
_ANSWERS = frozenset({"name", "phone", "home"})
_NEAR_BY = frozenset({"place", "phone", "home", "consent", "confirm", "supplement", "answered"})


def own_name(text: str, flattened: str, situation: str) -> str | None:
    """Return the name that the writer gives as their own, as written; None if none is certain."""
    asked = situation == "name"
    if asked and DECLINES.search(flattened[: 4 * _NEAR]):
        return None
    for back in list(BACK.finditer(flattened))[-1:] if asked else ():
        if name := own_name(text[back.end() :], flattened[back.end() :], situation):
            return name
    said = list(_introduced(text, flattened, asked=asked, corrected=situation == "confirm"))
    if not said and asked and not MENDED.search(text.lower().partition(". ")[0]):
        said = list(_bare(text, flattened))
    elif not said and asked:
        said = [name for name in _bare(text, flattened) if is_full(name) and text.rstrip(" .").endswith(name)]
    if not said and situation in _NEAR_BY:
        said = [name for name in islice(_bare(text, flattened), 1) if _is_certain(name, text, situation)]
    here = None if said else HERE.match(flattened) or (BESIDE.match(flattened) if situation in _ANSWERS else None)
    if here:
        group = here.lastindex or 0
        name = name_at(text, here.start(group), told=True)
        said = [name] if name and name[0].isupper() and len(name) == len(here[group]) else []
    return _fullest(said, text, flattened) if said else None


def _introduced(text: str, flattened: str, *, asked: bool, corrected: bool) -> Iterator[str]:
    """Yield the names behind words that introduce them; a full one may be a correction of the summary."""
    yield from _with_family(text, flattened, asked=asked)
    yield from _behind(text, flattened, SAYS, asked=asked)
    if_asked = SAYS_IF_ASKED.search(flattened) if asked or corrected else SAYS_IF_ASKED.match(flattened)
    if if_asked and not _somebody_else(text, flattened, if_asked.end() + _NEAR):
        names = _behind(text, flattened, SAYS_IF_ASKED, asked=asked, anywhere=asked or corrected)
        yield from (name for name in names if asked or not corrected or is_full(name))
    if asked:
        names = _behind(text, flattened, I_WHO, asked=True)
        yield from (name for name in names if name[0].isupper() and f"Minh {name}" not in text)
    for found in islice(TEN_FIRST.finditer(flattened), _MOST):
        name = name_at(text, found.end(), told=True)
        if (
            name
            and " " in name
            and name[0].isupper()
            and not _somebody_else(text, flattened, text.find(name, found.end()))
        ):
            yield name
    end = flattened[-2 * _NEAR :]
    if signed := SIGNED.search(end):
        name = name_at(text, len(text) - len(end) + signed.end(), told=False)
        if name and is_full(name):
            yield name
    if SPELT.search(flattened[:200]) and not NOT_A_PERSON.search(flattened):
        yield from _mended(text, flattened[:400])
        yield from _full_names(text, flattened[:400])


def _with_family(text: str, flattened: str, *, asked: bool) -> Iterator[str]:
    """Yield the name whose parts are told one by one: "họ Quách, tên đệm là Thị, tên là Sửu", "Ân, họ Đoàn"."""
    if family := FAMILY_FIRST.search(flattened):
        given = name_at(text, family.end(), told=True)
        parts = [text[family.start(n) : family.end(n)] for n in (1, 2) if family[n]]
        if given and parts[0][0].isupper():
            yield " ".join([*parts, given])
    family = FAMILY_LAST.search(flattened) if asked else None
    if family and fold(family[2]) in SURNAMES and text[family.start(2)].isupper():
        given = name_at(text, family.start(1), told=True)
        if given and fold(family[1]).endswith(fold(given)):
            yield f"{text[family.start(2) : family.end(2)]} {given}"


def _behind(text: str, flattened: str, cues: re.Pattern[str], *, asked: bool, anywhere: bool = True) -> Iterator[str]:
    for found in islice(cues.finditer(flattened), _MOST):
        if found.start() and not anywhere:
            return
        name = name_at(text, found.end(), told="ten" in found[0] or "name" in found[0] or asked)
        loose = asked and _LOOSE.search(found[0])
        if name and (loose or name[0].isupper() or " " in name) and not _about_another(text, flattened, found.start()):
            yield name


def _mended(text: str, flattened: str) -> Iterator[str]:
    """Yield the names that correct one: "tên ghi sai, phải là Bế Thị Hiền", "sai dấu: Lệ chứ không phải Lê"."""
    for found in (*MENDS.finditer(flattened), *RATHER.finditer(flattened)):
        before = flattened[: found.start()]
        at = found.start(1) if found.re is RATHER else found.end()
        if SPELT.search(before) and not _somebody_else(text, before, len(before)):
            name = name_at(text, at, told=True)
            if name and name[0].isupper():
                yield name


def _full_names(text: str, flattened: str) -> Iterator[str]:
    """Yield the full names that stand alone in a message that corrects a name."""
    if FIXES.search(flattened):
        yield from (name for name in _bare(text, flattened) if is_full(name))


def _somebody_else(text: str, flattened: str, end: int) -> bool:
    """Return whether the text up to a position speaks of somebody else."""
    return ELSE.search(flattened[:end]) is not None or THAT_ONE.search(text[:end].lower()) is not None


def _about_another(text: str, flattened: str, start: int) -> bool:
    before = re.split(r"[.;,\n]", flattened[max(0, start - _NEAR) : start])[-1]
    if text[:start].endswith("còn ") or (before.endswith(" con ") and ELSE.search(before)):
        return False
    return ELSE.search(before) is not None or KIN.search(before) is not None


def _bare(text: str, flattened: str) -> Iterator[str]:
    """Yield the parts of an answer that are names by themselves."""
    words = [match[0] for match in _WORD.finditer(text)][:_MANY]
    beside = sum(word not in ENDS and word not in TITLES for word in words)
    for begin, end in islice(clauses(text, flattened), _MANY):
        if _somebody_else(text, flattened, end):
            break
        if ASKS.search(flattened[begin : end + 1]) and not text[begin:end].strip()[:1].isupper():
            continue
        first = _WORD.search(text, begin, end)
        titled = first is not None and first[0] in TITLES and beside <= _LEAST
        name = name_at(text, begin, told=titled and text[begin:end].strip() != text[begin:end].lower(), end=end)
        if (name is None or " " not in name) and (colon := text.rfind(": ", begin, end)) >= 0:
            name = name_at(text, colon + 2, told=False, end=end) or name
        alone = is_full(name or "") if beside > _SHORT else (" " in (name or "") or beside <= 1)
        if name and (alone or (begin == 0 and _leads_to_details(name, text, end))):
            yield name


def _leads_to_details(name: str, text: str, end: int) -> bool:
    """Return whether an answer is a single name and what follows is a number or an address: "Lan, tổ 5"."""
    return name == text[:end].strip() and fold(name) in GIVEN and any(map(str.isdigit, text[end:][:_NEAR]))


def _is_certain(name: str, text: str, situation: str) -> bool:
    """Return whether a message that was asked for something else is little more than this full name."""
    street, agrees = situation in _WHERE, situation == "consent"
    bare = text.strip(" ,.-–")
    titled = bare.partition(" ")[0] in TITLES and bare.partition(" ")[2].startswith(name)
    return (
        is_full(name)
        and (titled or bare.startswith(name) or (not street and bare.endswith(name)))
        and (
            fold(name).split()[1] in MIDDLE
            or (
                not street
                and not name.isupper()
                and (bare == name or (agrees and bare.endswith((f". {name}", f", {name}"))))
            )
            or (street and THEN_HOME.match(flat(bare[len(name) :])) is not None)
        )
        and not (street and fold(name) in STREETS)
    )


def _fullest(said: list[str], text: str, flattened: str) -> str:
    """Return the first name, or a longer one in the message that holds it: "là Bảy, Nguyễn Văn Bảy"."""
    first = said[0]
    others = [*said[1:], *_bare(text, flattened)]
    return next((name for name in others if " " in name and f" {name} ".find(f" {first} ") >= 0), first)
