"""The meaning of a place's name in a text, from the words beside it: a type, "cũ", a street word, a province."""

from __future__ import annotations

from collections.abc import Sequence

from petitions.domain.language.words import Word
from petitions.domain.routing.gazetteer import MentionWeight, PlaceMention, PlaceName
from petitions.domain.routing.place_words import WARD_TYPES

_NEXT_IN_ADDRESS = 4


def is_elsewhere(mention: PlaceMention, *, address: bool) -> bool:
    """Return whether the mention can only be a place outside Hanoi. In an address, the name alone is enough."""
    if not all(name.kind == "elsewhere" for name in mention.names):
        return False
    numbered = mention.names[0].keys[-1].isdigit()  # "quận 7": Hanoi never had numbered districts
    return mention.type == "tỉnh" or numbered or (mention.weight > MentionWeight.STREET and (address or mention.at))


def followed_by_province(
    mentions: Sequence[PlaceMention], outside: Sequence[PlaceMention], text: Sequence[Word]
) -> list[PlaceMention]:
    """Return the mentions followed by another province in the address, as in "xã Tân Lập, huyện Vũ Thư, Thái Bình"."""
    return [
        mention
        for mention in mentions
        for other in outside
        if 0 <= other.start - mention.end <= _NEXT_IN_ADDRESS
        and all(word.capital or word.raw in WARD_TYPES for word in text[mention.end : other.start])
    ]


def names_hanoi(*texts: Sequence[Word]) -> bool:
    return any(
        (word.folded in ("hn", "hanoi")) or (word.folded == "ha" and following.folded == "noi")
        for text in texts
        for word, following in zip(text, (*text[1:], *text[-1:]), strict=True)
    )


def as_written(mention: PlaceMention, names: list[PlaceName]) -> list[PlaceName]:
    """Return the places that fit the type, the "cũ" or the street word of the mention, or all places if none fits."""
    if mention.weight == MentionWeight.STREET:
        names = [name for name in names if name.kind == "landmark"] or names
    if mention.type:
        names = [name for name in names if name.type in (mention.type, "")] or names
    if mention.former:
        names = [name for name in names if name.kind != "ward"] or names
    return names


def prefer(names: Sequence[PlaceName], *, with_district: bool, former: bool) -> Sequence[PlaceName]:
    """Return the present wards, or the former ones if the text points to an old name.

    "cũ" points to an old name, and so does a district, because all districts are abolished.
    """
    today = [name for name in names if name.kind == "ward"]
    older = [name for name in names if name.kind != "ward"]
    if today and not former and not (with_district and older):
        return today
    for kind in ("former", "vanished"):
        if found := [name for name in older if name.kind == kind]:
            return found
    return older or today


def ordered(chosen: Sequence[PlaceName], names: Sequence[PlaceName], *, former: bool) -> tuple[str, ...]:
    """Return the distinct codes of the wards of these places. Unless `former`, wards of the same name come first."""
    wards = tuple(dict.fromkeys(code for name in chosen for code in name.wards))
    kept = tuple(name.wards[0] for name in names if name.kind == "ward" and name.wards[0] in wards)
    return wards if former else tuple(dict.fromkeys((*kept, *wards)))
