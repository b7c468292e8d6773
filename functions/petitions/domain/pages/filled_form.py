"""Parse a petition's form, filled in on a citizen's page or by an officer: values, limits and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from petitions.domain.citizen.draft import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    MAX_CHARACTERS,
    NOWHERE,
    InputPart,
    PetitionDraft,
)
from petitions.domain.citizen.draft_changes import PAGE_FIELDS
from petitions.domain.conversation.same_place import is_as_above
from petitions.domain.language.words import normal
from petitions.domain.petition.contacts import email_address, zalo_number
from petitions.domain.petition.petition import NUMBER_FIELDS, ReplyBy

LONGEST = {
    "name": LONGEST_NAME,
    "home": LONGEST_ADDRESS,
    "place": LONGEST_ADDRESS,
    **dict.fromkeys(NUMBER_FIELDS, 30),
    "email": 120,
}
"""The most characters of single-line fields."""
TYPES = frozenset({"individual", "business"})
REPLIES = frozenset(get_args(ReplyBy))
REPLIES_OFF_ZALO = REPLIES - {"zalo"}
"""The possible ways of answering a sender whom Zalo does not reach."""
WRONG = object()
"""Stands for a value that a draft cannot store."""
_STORIES = ("content", "second")
_LONGEST_FOREIGN_NUMBER = 20


@dataclass(frozen=True)
class FilledForm:
    """A filled-in form, with white space in its values tidied."""

    values: Mapping[str, str]
    """The values of the fields in PAGE_FIELDS, by field."""
    stories: Mapping[str, str]
    """The description of the problem ("content") and of a second one ("second")."""
    ward: str
    """The code of the chosen ward, or ""."""
    point: str
    """The position as text, as sent by the browser."""
    consents: bool

    def faults(self, *, complete: bool, replies: frozenset[str] = REPLIES) -> dict[str, str]:
        """Return the faults by field, as keys of the texts that explain them.

        With `complete`, missing values are faults too.
        """
        return {**(self._missing() if complete else {}), **self._wrong(replies)}

    def _missing(self) -> dict[str, str]:
        """Return the faults of missing fields (LAW 1.3). The phone may be missing, because an address is given."""
        there = {
            "content": self.stories["content"],
            "name": self.values["name"],
            "home": self.values["home"],
            "place": self.values["place"] or self.ward or self.point,
        }
        return {name: f"missing_{name}" for name, value in there.items() if not value} | self._unanswerable()

    def _unanswerable(self) -> dict[str, str]:
        needed = {"phone": ("phone", "missing_phone_to_call"), "email": ("email", "missing_email_to_write")}
        name, key = needed.get(self.values["reply_by"], ("", ""))
        return {name: key} if name and not self.values[name] else {}

    def _wrong(self, replies: frozenset[str]) -> dict[str, str]:
        long = [name for name, text in self.stories.items() if len(text) > MAX_CHARACTERS]
        faults = {**dict.fromkeys(long, "fault_long"), **line_faults(self.values)}
        choices = {"type": TYPES, "reply_by": replies | {""}}
        return faults | {name: "fault_choice" for name, known in choices.items() if self.values[name] not in known}

    def kept(self, name: str) -> Any:
        """Return the value of a single-line field in the form in which a draft stores it, or `WRONG`."""
        return kept_value(name, self.values[name])

    def draft(self, key: str, at: datetime) -> PetitionDraft:
        """Return the faultless form as a draft.

        Its text becomes one part with this key and time.
        """
        return PetitionDraft(
            parts=[InputPart(key=key, at=at, type="text", text=self.stories["content"])],
            ward=self.ward or None,
            **{attributes[0]: self.kept(name) for name, attributes in PAGE_FIELDS.items()},
        )


def read_filled(form: Mapping[str, str]) -> FilledForm:
    """Return a submitted form with tidied values. `form` maps field names to values. Missing fields are empty."""
    values = {name: normal(form.get(name, "")) for name in PAGE_FIELDS}
    values["home"] = home_of(values["home"], values["place"])
    ward, point = form.get("ward", ""), form.get("point", "")
    if form.get("nowhere") and not (values["place"] or ward or point):
        values["place"] = NOWHERE
    stories = {name: lines(form.get(name, "")) for name in _STORIES}
    return FilledForm(values, stories, ward, point, consents=form.get("consent") == "yes")


def home_of(home: str, place: str) -> str:
    """Return the home as typed, or `place` if the home only refers to it, as in “như trên”."""
    return place if is_as_above(home) else home


def line_faults(values: Mapping[str, str]) -> dict[str, str]:
    """Return the faults of too long or malformed single-line fields, by field, as keys of explanatory texts."""
    long = [name for name, most in LONGEST.items() if len(values.get(name, "")) > most]
    checked = {**dict.fromkeys(NUMBER_FIELDS, "fault_phone"), "email": "fault_email"}
    malformed = {name: key for name, key in checked.items() if kept_value(name, values.get(name, "")) is WRONG}
    return {**dict.fromkeys(long, "fault_long"), **malformed}


def kept_value(name: str, text: str) -> Any:
    """Return the value of a single-line field in the form in which a draft stores it, or `WRONG` if malformed.

    An empty telephone number is "", other empty values are None.
    """
    text = normal(text)
    if name in NUMBER_FIELDS:
        foreign = text[:_LONGEST_FOREIGN_NUMBER] if text.startswith("+") else WRONG
        return "" if not text else zalo_number(text) or foreign
    if name == "email":
        return None if not text else email_address(text) or WRONG
    if name == "type":
        return text if text in TYPES else WRONG
    if name == "reply_by":
        return None if not text else text if text in REPLIES else WRONG
    return text[: LONGEST[name]] or None


def lines(text: str) -> str:
    """Return the text tidied line by line, without invisible characters, as drafts store it."""
    return "\n".join(normal(line) for line in text.splitlines()).strip()
