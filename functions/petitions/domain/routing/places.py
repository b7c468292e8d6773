"""Find the ward that a petition is about, from its address, free text and location.

A name with its type decides, a district alone never does. A former ward leads to all wards that took over parts of it
(PLATFORM 8.2). A location decides if it lies in the operator's boundaries of a ward. The nearest centroids are only
suggestions. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from petitions.domain.language.words import Word, fold, words
from petitions.domain.petition.petition import Location
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.routing.gazetteer import Gazetteer, MentionWeight, PlaceMention, PlaceName
from petitions.domain.routing.place_meanings import (
    as_written,
    followed_by_province,
    is_elsewhere,
    names_hanoi,
    ordered,
    prefer,
)
from petitions.domain.units.directory import Directory, Ward

KM_PER_DEGREE = 111.2
SUGGESTIONS = 5
_OUTSIDE_RADII = 3.0
_MOST_MENTIONS = 40


@dataclass(frozen=True, slots=True)
class WardCandidate:
    """A ward that may be meant, with its likelihood."""

    code: str
    share: float
    """The likelihood of the ward, from 0 to 1. The shares of a match sum to at most 1."""


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """The wards that a petition may be about."""

    wards: tuple[WardCandidate, ...] = ()
    """The wards that may be meant, the likeliest first."""
    sure: bool = False
    """Whether there is one ward, and it is certain enough to act on."""
    doubt: bool = True
    """Whether the first ward is only a guess, so that the citizen must be asked."""
    outside: bool = False
    """Whether the place is not in Hanoi."""
    why: tuple[str, ...] = ()
    """The words of the text by which the ward was found."""

    @property
    def ward(self) -> str | None:
        return self.wards[0].code if self.wards else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The meaning of one mention of a place."""

    mention: PlaceMention
    rank: float
    wards: tuple[str, ...]
    """The codes of the wards that may be meant, the preferred first."""
    places: int
    """The number of different places, such as former wards of one name, among the meanings."""
    firm: bool
    """Whether the meaning is certain enough to act on."""


class Places:
    """A finder of wards, for one version of the unit directory."""

    def __init__(
        self,
        directory: Directory,
        elsewhere: Iterable[str] = (),
        replace: Mapping[str, str] | None = None,
        landmarks: Mapping[str, tuple[str, ...]] | None = None,
        boundaries: Boundaries | None = None,
    ) -> None:
        """Compile the finder.

        `elsewhere` lists other provinces. `replace` maps short forms to full ones (see `words.words`). `landmarks` maps
        streets and places to their wards, for which they are weak evidence.
        """
        self._directory = directory
        held = {name: tuple(directory.heir(code) for code in codes) for name, codes in (landmarks or {}).items()}
        self._gazetteer = Gazetteer(directory, elsewhere, held)
        self._replace = replace
        self._boundaries = boundaries

    def find(self, text: str, address: str | None = None, location: Location | None = None) -> PlaceMatch:
        """Return the wards that a petition may be about. The match is empty if nothing names a place."""
        return self.find_words(words(text, self._replace), words(address or "", self._replace), location)

    def mentions(self, text: Sequence[Word]) -> list[PlaceMention]:
        """Return the first 40 names of places in a text, in order."""
        return self._gazetteer.mentions(text)[:_MOST_MENTIONS]

    def find_words(
        self,
        text: Sequence[Word],
        address: Sequence[Word] = (),
        location: Location | None = None,
        mentioned: Sequence[PlaceMention] | None = None,
    ) -> PlaceMatch:
        """Return the same as `find`, for texts split into words.

        `mentioned` are the places named in the text, if known.
        """
        in_address = self.mentions(address)
        in_text = self.mentions(text) if mentioned is None else mentioned
        mentions = [(m, 1.0) for m in in_address] + [(m, 0.0) for m in in_text]
        at = self._ward_at(location) if location else None
        near = nearest(self._directory.wards, location) if location else None
        outside = [m for m in in_address if is_elsewhere(m, address=True)]
        beyond = [m for m in in_text if is_elsewhere(m, address=False)]
        leaving = followed_by_province(in_address, outside, address) + followed_by_province(in_text, beyond, text)
        districts = [n.district for m, _ in mentions for n in m.names if n.kind == "district" and m.type == "quận"]
        readings = [r for m, bonus in mentions if (r := self._read(m, bonus, districts, mentions))]
        firm = any(r.rank >= MentionWeight.TYPED and r.mention not in leaving for r in readings) or bool(districts)
        if (outside or beyond) and not firm and not names_hanoi(text, address):
            return PlaceMatch(outside=True, doubt=False, why=tuple(m.written for m in (*outside, *beyond)))
        if readings:
            return _combine(readings, near, at)
        return self._without_name(districts, mentions, near, at)

    def _without_name(
        self,
        districts: Sequence[str],
        mentions: Sequence[tuple[PlaceMention, float]],
        near: Sequence[str] | None,
        at: str | None,
    ) -> PlaceMatch:
        """Return the match, from the location and from districts, for a text that names no ward."""
        if at:
            return PlaceMatch(_shares((at,)), sure=True, doubt=False, why=("vị trí",))
        if districts:
            return self._district(districts, mentions, near)
        if near is None:
            return PlaceMatch()
        if not near:
            return PlaceMatch(outside=True, doubt=False, why=("vị trí ngoài Hà Nội",))
        return PlaceMatch(_shares(near), doubt=False, why=("vị trí",))

    def _ward_at(self, location: Location) -> str | None:
        code = self._boundaries.ward_at(location.latitude, location.longitude) if self._boundaries else None
        return self._directory.heir(code) if code else None

    def _read(
        self,
        mention: PlaceMention,
        bonus: float,
        districts: Sequence[str],
        others: Sequence[tuple[PlaceMention, float]],
    ) -> _Reading | None:
        """Return the meaning of a mention, or None if it names no ward. `districts` are those named in the text."""
        names = [name for name in mention.names if name.kind not in ("district", "elsewhere")]
        if not names or mention.type in ("quận", "tỉnh"):
            return None
        is_district = any(name.kind == "district" for name in mention.names)
        if not mention.type and is_district and _is_only_a_district(mention, others, self):
            return None
        around = list(districts) or self._districts_beside(mention, names, others)
        names = as_written(mention, names)
        lying = [name for name in names if any(self._lies_in(name, d) for d in around)]
        misplaced = bool(around) and not lying
        chosen = prefer(lying or names, with_district=bool(lying and districts), former=mention.former)
        wards = ordered(chosen, names, former=mention.former)
        rank = float(mention.weight) + bonus
        named = (
            mention.weight == MentionWeight.TYPED
            or (rank >= MentionWeight.TYPED and not is_district)
            or bool(lying and around)
        )
        firm = named and mention.exact and not misplaced
        return _Reading(mention, rank, wards, len({(n.bare, n.district) for n in chosen}), firm)

    def _districts_beside(
        self, mention: PlaceMention, names: Sequence[PlaceName], others: Sequence[tuple[PlaceMention, float]]
    ) -> list[str]:
        beside = [n.district for m, _ in others if m is not mention for n in m.names if n.kind == "district"]
        return [district for district in dict.fromkeys(beside) if any(self._lies_in(name, district) for name in names)]

    def _lies_in(self, name: PlaceName, district: str) -> bool:
        if name.kind in ("ward", "landmark"):
            return any(code in self._gazetteer.districts.get(district, ()) for code in name.wards)
        return name.district == district

    def _district(
        self, districts: Sequence[str], mentions: Sequence[tuple[PlaceMention, float]], near: Sequence[str] | None
    ) -> PlaceMatch:
        codes = list(dict.fromkeys(code for d in districts for code in self._gazetteer.districts.get(d, ())))
        same = [n.wards[0] for m, _ in mentions for n in m.names if n.kind == "ward"]
        wards = [ward for code in codes if (ward := self._directory.ward(code))]
        same += [ward.code for ward in wards if fold(ward.bare) in districts]
        order = [code for code in near or () if code in codes] + [code for code in same if code in codes] + codes
        why = tuple(m.written for m, _ in mentions if m.type == "quận")
        return PlaceMatch(_shares(tuple(dict.fromkeys(order))), why=why)


def nearest(wards: Sequence[Ward], location: Location, count: int = SUGGESTIONS) -> tuple[str, ...]:
    """Return the wards with the nearest centroids, relative to the wards' size, nearest first.

    Empty if the point is far from all wards.
    """
    if not (math.isfinite(location.latitude) and math.isfinite(location.longitude)):
        return ()
    east = KM_PER_DEGREE * math.cos(math.radians(21.0))
    rows = []
    for ward in wards:
        away = math.hypot(
            (location.longitude - ward.longitude) * east, (location.latitude - ward.latitude) * KM_PER_DEGREE
        )
        radius = math.sqrt(ward.area_km2 / math.pi)
        rows.append((away / math.sqrt(radius), away / radius, ward.code))
    if min(ratio for _, ratio, _ in rows) > _OUTSIDE_RADII:
        return ()
    return tuple(code for _, _, code in sorted(rows)[:count])


def _is_only_a_district(mention: PlaceMention, others: Sequence[tuple[PlaceMention, float]], places: Places) -> bool:
    """Return whether "Hà Đông" without a type is only the district of a ward named elsewhere in the text."""
    own = [name.district for name in mention.names if name.kind == "district"]
    return any(
        places._lies_in(name, district)  # noqa: SLF001 - one class in two parts
        for other, _ in others
        if other is not mention and (other.weight >= mention.weight)
        for name in other.names
        if name.kind not in ("district", "elsewhere") and other.type not in ("quận", "tỉnh")
        for district in own
    )


def _shares(codes: Sequence[str]) -> tuple[WardCandidate, ...]:
    """Return candidates with shares that sum to 1. The first gets twice the share of the others."""
    unit = 1 / (len(codes) + 1)
    return tuple(WardCandidate(code, round(unit * (2 if at == 0 else 1), 4)) for at, code in enumerate(codes))


def _combine(readings: Sequence[_Reading], near: Sequence[str] | None, at: str | None) -> PlaceMatch:
    """Return the match of the mentions of the highest rank, limited to the wards that they have in common.

    Mentions of lower rank and the location determine the order. A corrected typing error counts only if no name is
    spelt correctly. The location decides between several candidates, and outweighs a street or a name without type.
    """
    top = max(reading.rank for reading in readings)
    best = [reading for reading in readings if reading.rank == top]
    best = [reading for reading in best if reading.mention.exact] or best
    wards, places = _narrowed(best)
    why = tuple(dict.fromkeys(reading.mention.written for reading in best))
    if at and (at in wards or top < MentionWeight.TYPED):
        return PlaceMatch(_shares((at,)), sure=True, doubt=False, why=(*why, "vị trí"))
    weaker = {code for r in readings if r.rank < top for code in r.wards if code in wards}
    hinted = [code for code in near or () if code in wards] + [code for code in wards if code in weaker]
    sure = len(wards) == 1 and all(reading.firm for reading in best)
    return PlaceMatch(
        _shares(tuple(dict.fromkeys((*hinted, *wards)))), sure=sure, doubt=places > 1 and not hinted, why=why
    )


def _narrowed(readings: Sequence[_Reading]) -> tuple[tuple[str, ...], int]:
    wards, places = readings[0].wards, readings[0].places
    for reading in readings[1:]:
        common = tuple(code for code in wards if code in reading.wards)
        if common:
            wards, places = common, min(places, reading.places)
        else:
            wards, places = tuple(dict.fromkeys((*wards, *reading.wards))), places + reading.places
    return wards, places
