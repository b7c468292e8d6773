"""What a citizen says of themselves and of the matter in one message: name, telephone, addresses, ward."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from itertools import islice

from petitions.domain.language.words import words
from petitions.domain.routing.places import Places
from petitions.domain.understanding.address_words import OTHERS_HOME, WHERE, WIDE
from petitions.domain.understanding.clauses import clean, flat, sentence_around
from petitions.domain.understanding.names import own_name
from petitions.domain.understanding.organisations import organisation
from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.place_shapes import spot
from petitions.domain.understanding.said_places import labelled, place_in
from petitions.domain.understanding.whose_phones import own_telephone

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_CONTACT = re.compile(r"\b(?:sdt|so dien thoai|dien thoai|dt|so|email|e-mail|mail|phone|tel|lien he)\W{0,3}$")
_ASKED = {"place": "place", "home": "home"}
_NEGATED = re.compile(
    r"\bbo cai [^,;.\n]{1,40} di\b|(?:\b(?:chu|ma) )?(?<!\ba )\b(?:khong|ko|k|hong|hok) phai(?: la| phuong| xa"
    r"| o)?(?:(?! (?:ma|la)\b)[^,;.\n]){0,60}|\bnham (?:thanh|la|sang)[^,;.\n]{0,60}"
)
_REACH = 160
_MOST, _FEW = 40, 8
_ANSWERED = frozenset({"place", "home", "name", "phone", "choose_ward", "consent"})
_STORIES = frozenset({"idle_new", "content"})
_ASKED_PERSON = frozenset({"name", "phone", "home", "consent"})
_ASKED_WARD = frozenset({"place", "home", "choose_ward"})
_ONLY_A_WARD = re.compile(r"(?:phuong|xa|thi tran|p\.|quan|huyen) ?[^,\d]{1,30}")
_REALLY = re.compile(
    r"\b(?:thuc te(?: o)?|con nha(?: thi)?|nha o ha noi(?: thi)?(?: la)?|ten that la|so moi|so nha moi|nay la"
    r"|con o day(?: la)?|(?:gio|hien)(?: tai)?(?: toi| em| chau| minh| bac)?(?: dang)?(?: thue| tro| tru)? (?:o|tai)) "
)
_HOME_SHAPE = re.compile(
    r"(?:so (?:nha )?)?\d{1,4}[a-z]?(?:/\d{1,4}){0,3},? [a-z]"
    r"|(?:so nha|ngach|hem|thon|xom|to|toa|tang|chung cu|khu|phuong|xa|lang|p\.) ?\w|ngo (?!thi|van)\w"
    r"|can (?:ho )?\w?\d"
)
_WHICH = re.compile(r"(?<!chu )(?<!con )(?<!co )\b(?:cai|phuong|xa) nao\b(?! thi)")
_EITHER = re.compile(r"\b(?:hay(?! gi)|hoac|or)\b")
_VILLAGE = re.compile(r"\b(?:thon|xom|ban|lang|doi|khu|toa|chung cu|phuong|xa)\b")
_BUT = re.compile(r"\bnhung\b")


@dataclass(frozen=True, slots=True)
class SaidValues:
    """The values of a message; None for what it does not say for certain."""

    name: str | None = None
    phone: str | None = None
    """Digits with a leading 0."""
    place: str | None = None
    """Where the matter is, as written."""
    ward: str | None = None
    """The code of the one ward that is named."""
    home: str | None = None
    """The citizen's own address."""
    email: str | None = None
    org: str | None = None
    """The company or organisation that files."""

    @property
    def phone_at_zalo(self) -> str | None:
        """Return the telephone in Zalo's form, 84xxxxxxxxx, or None."""
        return f"84{self.phone[1:]}" if self.phone else None


VALUE_NAMES = tuple(each.name for each in fields(SaidValues))


class ValueReader:
    """A reader of messages over the names of one directory."""

    def __init__(self, places: Places) -> None:
        """Use `places` for wards and for names of places."""
        self._places = places

    def read(self, text: str, situation: str) -> SaidValues:
        """Return the values in a message that answers a question (its situation). Never raises, on any text."""
        said = clean(text)
        bare = flat(said)
        numbers = telephones(bare)
        phone = own_telephone(said, bare, numbers, situation)
        email = _EMAIL.search(said)
        spans = [(each.start, each.end) for each in numbers] + ([email.span()] if email else [])
        left = _without(said, spans)
        org = organisation(left, situation)
        rest = _without(left, [org.span]) if org else left
        bare = flat(rest)
        name = own_name(rest, bare, situation)
        beside = bool(name or phone)
        asked = "name" if name and phone and situation in _ASKED_PERSON else situation
        where = self._where(_without_name(rest, name), asked, beside=beside)
        return SaidValues(
            name=name,
            phone=phone,
            place=where.get("place"),
            ward=self._ward(left, situation, name),
            home=where.get("home"),
            email=email[0].lower().rstrip(".-") if email else None,
            org=org.name if org else None,
        )

    def _where(self, text: str, situation: str, *, beside: bool) -> dict[str, str]:
        """Return the places by the value that they are: the one asked for, or those that words announce.

        `beside` says that the message gives a name or telephone, beside which an address needs no announcement.
        """
        bare = flat(text)
        found: dict[str, str] = {}
        kind = _ASKED.get(situation)
        labels = list(islice(labelled(bare, beside=beside), _FEW))
        for said, at, certain in labels:
            if (said == "home" and kind and not certain) or (said == kind and not certain):
                continue
            value = "place" if said == "home" and situation == "choose_ward" else said
            _, end = sentence_around(bare, at, at, 0, _REACH)
            where = None if value in found else place_in(text, bare, self._places, at, end, first=True)
            vague = where and not kind and (_ONLY_A_WARD.fullmatch(flat(where)) or not _tells(value, where))
            if where and not vague:
                found[value] = where
        others = kind == "home" and ("place" in found or OTHERS_HOME.search(bare) is not None)
        if kind and kind not in found and not others:
            really = _REALLY.search(bare) if kind == "home" else None
            affirmed = _affirmed(text[really.end() :] if really else text)
            where = place_in(affirmed, flat(affirmed), self._places, 0, len(affirmed))
            if where and not (kind == "home" and WIDE.fullmatch(where)):
                found[kind] = where
        their_home = "home" in found or any(certain for said, _, certain in labels if said == "home")
        told = situation not in _ANSWERED and (not their_home or situation in _STORIES)
        if (told or kind == "place") and "place" not in found:
            elsewhere = _affirmed(text.replace(found["home"], " , ") if "home" in found else text)
            if where := spot(elsewhere, self._places):
                found["place"] = where
        if beside and situation == "name" and "home" not in found:
            where = place_in(text, bare, self._places, 0, len(text))
            if where and len(text) < _REACH and _HOME_SHAPE.match(flat(where)):
                found["home"] = where
        return found

    def _ward(self, text: str, situation: str, name: str | None) -> str | None:
        """Return the code of the ward that the text names, or None."""
        affirmed = _affirmed(_without_name(text, name))
        bare = flat(affirmed)
        if _WHICH.search(bare):
            return None
        if situation in _ASKED_WARD and (told := WHERE.search(bare)) and told.end() > 1:
            return self._ward(affirmed[told.end() :], "content", None) or self._named(affirmed, situation)
        return self._named(affirmed, situation)

    def _named(self, affirmed: str, situation: str) -> str | None:
        """Return the ward in a text that denies nothing."""
        bare = flat(affirmed)
        if _EITHER.search(bare) and len(self._places.mentions(words(affirmed))) > 1:
            return None
        match = self._places.find(affirmed)
        if match.sure:
            return match.ward
        if situation != "choose_ward" or _EITHER.search(bare) or _BUT.search(bare):
            return None
        return self._chosen(affirmed[:_REACH])

    def _chosen(self, text: str) -> str | None:
        """Return the one ward that a short answer names without its type: "Cầu Giấy", "Khương Thượng cũ"."""
        mentions = [m for m in self._places.mentions(words(text)) if m.exact and m.type != "quận" and m.weight > 1]
        for kind in ("ward", "former"):
            named = {
                n.wards for m in mentions for n in m.names if n.kind == kind and (kind == "former" or not m.former)
            }
            wards = {codes[0] for codes in named if len(codes) == 1}
            if named:
                return wards.pop() if len(named) == 1 and wards else None
        return None


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with parts, and the words that announce them, replaced by a comma."""
    for begin, end in sorted(spans[:_MOST], reverse=True):
        before = text[:begin]
        label = _CONTACT.search(flat(before[-30:]))
        cut = begin - (len(before[-30:]) - label.start()) if label else begin
        text = f"{text[:cut]} , {text[end:]}"
    return text


def _without_name(text: str, name: str | None) -> str:
    return text.replace(name, " , ", 1) if name else text


def _affirmed(text: str) -> str:
    """Return the text without what it denies: "Láng chứ không phải Láng Hạ"."""
    for found in reversed(list(islice(_NEGATED.finditer(flat(text)), _MOST))):
        text = f"{text[: found.start()]} , {text[found.end() :]}"
    return text


def _tells(value: str, where: str) -> bool:
    """Return whether a home told in passing is an address: it has a number, or names a village."""
    return value == "place" or any(c.isdigit() for c in where) or _VILLAGE.search(flat(where)) is not None
