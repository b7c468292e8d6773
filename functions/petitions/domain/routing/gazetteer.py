"""Find names of wards, former wards, districts and other provinces in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, Literal

from petitions.domain.language.words import Word, agrees, fold, is_marked, phrase_spellings
from petitions.domain.routing.place_words import (
    AT_WORDS,
    COMMON_WORDS,
    FORMER,
    FORMER_BEFORE,
    NOT_A_TYPE_AFTER,
    STREET_AFTER,
    STREET_WORDS,
    TYPE_AFTER,
    WARD_TYPES,
    may_err,
    type_at,
)
from petitions.domain.units.directory import Directory

PlaceNameKind = Literal["ward", "former", "vanished", "landmark", "district", "elsewhere"]

_LONGEST = 5
_MOST_CORRECTIONS = 4


class MentionWeight(IntEnum):
    """The reliability of a mention as the place of a matter, from a street's name to a name with its type."""

    STREET = 1
    BARE = 2
    TYPED = 3


@dataclass(frozen=True, slots=True, eq=False)
class PlaceName:
    """One place that a name can mean."""

    kind: PlaceNameKind
    bare: str
    """The name of the place without its type."""
    type: str
    district: str
    wards: tuple[str, ...]
    """The codes of the present wards that replaced the place or contain it."""
    keys: tuple[str, ...]
    """The spellings with marks of the name's syllables."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place's name found in a text."""

    start: int
    end: int
    type: str
    """The type written with the name, or "" for a bare name."""
    weight: MentionWeight
    names: tuple[PlaceName, ...]
    """The places that the name can mean."""
    former: bool
    """Whether the words beside the name mark the place as a former one ("cũ")."""
    exact: bool
    """Whether the name is spelt correctly. False if a typing error was corrected."""
    at: bool
    """Whether a type of place, or a word such as "ở", stands before the name."""
    written: str


class Gazetteer:
    """The names of places in one version of the unit directory, and the names of other provinces."""

    def __init__(
        self,
        directory: Directory,
        elsewhere: Iterable[str] = (),
        landmarks: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Build the trie. `elsewhere` lists other provinces and their cities, `landmarks` maps a name to its wards."""
        self._root: dict[Any, Any] = {}
        self._spelled: dict[str, list[PlaceName]] = {}
        self.districts: dict[str, tuple[str, ...]] = {}
        former: dict[tuple[str, str], tuple[str, ...]] = {}
        in_district: dict[str, set[str]] = {}
        for ward in directory.wards:
            self._add("ward", ward.bare, ward.kind, "", (ward.code,))
        for old in directory.former_wards:
            leads = (old.default, *(code for code in old.wards if code != old.default))
            former[old.bare, old.district] = leads
            if old.district:
                in_district.setdefault(old.district, set()).update(old.wards)
            self._add("former", old.bare, old.kind, _bare_district(old.district), leads)
        for gone in directory.vanished:
            merged = [former.get((name, gone.district), ()) for name in gone.merged_into]
            leads = tuple(dict.fromkeys(code for part in merged for code in part))
            self._add("vanished", gone.name, "", _bare_district(gone.district), leads)
        for district, codes in in_district.items():
            bare = _bare_district(district)
            self.districts[bare] = tuple(sorted(codes))
            self._add("district", district.split(" ", 2 if district.startswith("Thị") else 1)[-1], "quận", bare, ())
        for name in elsewhere:
            self._add("elsewhere", name, "tỉnh", "", ())
        for name, leads in (landmarks or {}).items():
            self._add("landmark", name, "", "", leads)

    def _add(self, kind: PlaceNameKind, bare: str, type_: str, district: str, leads: tuple[str, ...]) -> None:
        parts = phrase_spellings(bare)
        name = PlaceName(kind, bare, type_, district, leads, tuple(key for key, _ in parts))
        node = self._root
        for _, folded in parts:
            node = node.setdefault(folded, {})
        node.setdefault(None, []).append(name)
        if kind in ("ward", "former", "vanished"):
            self._spelled.setdefault(" ".join(folded for _, folded in parts), []).append(name)

    def mentions(self, text: Sequence[Word]) -> list[PlaceMention]:
        """Return the names in a text, in order, without overlaps. The longest name wins, then a name with a type.

        At most four typing errors in names are corrected.
        """
        corrections = _MOST_CORRECTIONS
        marked = is_marked(text)
        lower_only = not any(word.capital for word in text[1:])
        found: list[PlaceMention] = []
        at = 0
        while at < len(text):
            best = self._typed(text, at, marked=marked)
            bare = self._bare(text, at, marked=marked, lower_only=lower_only)
            if bare and (best is None or bare.end > best.end):
                best = bare
            if best is None and corrections and may_err(text, at, marked=marked):
                corrections -= 1
                best = self._corrected(text, at, marked=marked)
            if best is None:
                at += 1
            else:
                found.append(best)
                at = best.end
        return found

    def _longest(self, text: Sequence[Word], at: int) -> tuple[int, list[PlaceName]] | None:
        node: dict[Any, Any] = self._root
        best: tuple[int, list[PlaceName]] | None = None
        for end in range(at, len(text)):
            node = None if text[end].parted and end > at else node.get(text[end].folded)  # type: ignore[assignment]
            if node is None:
                break
            if None in node:
                best = (end + 1, node[None])
        return best

    def _typed(self, text: Sequence[Word], at: int, *, marked: bool) -> PlaceMention | None:
        type_word, length = type_at(text, at, marked=marked)
        match = self._longest(text, at + length) if length else None
        if not match:
            return None
        end, names = match
        kind = WARD_TYPES[type_word]
        wanted = {"quận": ("district",), "tỉnh": ("elsewhere",)}.get(kind, ("ward", "former", "vanished"))
        fitting = _by_spelling(text[at + length : end], [name for name in names if name.kind in wanted])
        if not fitting:
            return None
        return _mention(text, at, end, kind, MentionWeight.TYPED, fitting)

    def _bare(self, text: Sequence[Word], at: int, *, marked: bool, lower_only: bool) -> PlaceMention | None:
        match = self._longest(text, at)
        if not match:
            return None
        end, names = match
        span = text[at:end]
        elsewhere = all(name.kind == "elsewhere" for name in names)
        if not _may_be_name(text, at, end, sure=marked or elsewhere, lower_only=lower_only):
            return None
        fitting = [name for name in names if _agree(span, name, marked=marked)]
        if not fitting:
            return None
        after = text[end].folded if end < len(text) else ""
        if after in TYPE_AFTER:
            kind = WARD_TYPES[after]
            return _mention(text, at, end, kind, MentionWeight.TYPED, fitting, skip=1)
        landmark = all(name.kind == "landmark" for name in fitting)
        if landmark and not (any(word.capital for word in span) or _follows_street(text, at)):
            return None
        on_street = landmark or after in STREET_AFTER or (_follows_street(text, at) and not elsewhere)
        return _mention(text, at, end, "", MentionWeight.STREET if on_street else MentionWeight.BARE, fitting)

    def _corrected(self, text: Sequence[Word], at: int, *, marked: bool) -> PlaceMention | None:
        type_word, length = type_at(text, at, marked=marked)
        begin = at + length
        from petitions.domain.routing.typos import closest  # noqa: PLC0415 - loads its library only for an unknown name

        stop = next((at for at in range(begin + 1, len(text)) if text[at].parted), len(text))
        written = [word.folded for word in text[begin : min(begin + _LONGEST, stop)]]
        hit = closest(written, tuple(self._spelled))
        if hit is None:
            return None
        name, taken = hit
        return _mention(
            text, at, begin + taken, WARD_TYPES[type_word], MentionWeight.TYPED, self._spelled[name], exact=False
        )


@lru_cache(maxsize=128)
def _bare_district(district: str) -> str:
    return fold(district.split(" ", 2 if district.startswith("Thị") else 1)[-1])


def _may_be_name(text: Sequence[Word], at: int, end: int, *, sure: bool, lower_only: bool) -> bool:
    """Return whether the words are written like a name.

    A single word needs a capital, and it must have marks or name another province (`sure`). In a text without capitals,
    common words such as "hợp đồng" are no name.
    """
    span = text[at:end]
    if span[0].folded == "phuong" and at and text[at - 1].raw.lower() in NOT_A_TYPE_AFTER:
        return False
    if len(span) == 1 and not (sure and span[0].capital):
        return False
    if lower_only and not span[0].capital and " ".join(word.folded for word in span) in COMMON_WORDS:
        return False
    return lower_only or any(word.capital for word in span)


def _agree(span: Sequence[Word], name: PlaceName, *, marked: bool) -> bool:
    return all(agrees(word, key, word.folded, marked_text=marked) for word, key in zip(span, name.keys, strict=True))


def _by_spelling(span: Sequence[Word], names: list[PlaceName]) -> list[PlaceName]:
    """Return the places spelt as in the text, out of places equal without diacritics, or all if none is."""
    exact = [name for name in names if _agree(span, name, marked=True)]
    return exact or names


def _follows_street(text: Sequence[Word], at: int) -> bool:
    return bool(at) and (text[at - 1].raw.lower() in STREET_WORDS or text[at - 1].raw[0].isdigit())


def _last_type(text: Sequence[Word], start: int) -> str:
    near = text[max(0, start - 4) : start]
    return next((word.raw.lower() for word in near if word.raw.lower() in WARD_TYPES), "")


def _mention(
    text: Sequence[Word],
    start: int,
    end: int,
    type_: str,
    weight: MentionWeight,
    names: Sequence[PlaceName],
    *,
    exact: bool = True,
    skip: int = 0,
) -> PlaceMention:
    after = end + skip
    former = after < len(text) and text[after].raw.lower() in FORMER
    before = [word.raw.lower() for word in text[max(0, start - 3) : start]]
    former = former or bool(FORMER_BEFORE.intersection(before))
    return PlaceMention(
        start,
        after,
        type_,
        weight,
        tuple(names),
        former,
        exact,
        bool(before) and (before[-1] in AT_WORDS or bool(WARD_TYPES.keys() & {*before, _last_type(text, start)})),
        " ".join(word.raw for word in text[start:after]),
    )
