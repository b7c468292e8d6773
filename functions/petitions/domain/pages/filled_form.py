"""The reading of a petition's form from a citizen's page or the desk: values, limits and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from petitions.domain.citizen.draft import MAX_CHARACTERS, InputPart, PetitionDraft
from petitions.domain.conversation.filing import LONGEST_ADDRESS, LONGEST_NAME, NOWHERE
from petitions.domain.conversation.same_place import is_as_above
from petitions.domain.language.words import normal
from petitions.domain.petition.contacts import email_address, zalo_number
from petitions.domain.petition.petition import ReplyBy

LONGEST = {"name": LONGEST_NAME, "home": LONGEST_ADDRESS, "place": LONGEST_ADDRESS, "phone": 30, "email": 120}
"""The most characters of single-line fields."""
TYPES = frozenset({"individual", "business"})
REPLIES = frozenset(get_args(ReplyBy))
REPLIES_OFF_ZALO = REPLIES - {"zalo"}
"""The ways of answering for filers that Zalo does not reach."""
WRONG = object()
"""Stands for a value that a draft cannot keep."""
_LINES = (*LONGEST, "type", "reply_by")
_STORIES = ("content", "second")
_LONGEST_FOREIGN_NUMBER = 20


@dataclass(frozen=True)
class FilledForm:
    """A filled-in form, tidied as a draft keeps it."""

    values: Mapping[str, str]
    """The values of single-line fields and choices, by field."""
    stories: Mapping[str, str]
    """The story and the second matter, by field."""
    ward: str
    """The code of the chosen ward, or ""."""
    point: str
    """The position as sent."""
    consents: bool

    def faults(self, *, complete: bool, replies: frozenset[str] = REPLIES) -> dict[str, str]:
        """Return the keys of the texts about faults, by field. With `complete`, missing values are faults too."""
        return {**(self._missing() if complete else {}), **self._wrong(replies)}

    def _missing(self) -> dict[str, str]:
        """Return the missing fields (LAW 1.3). The telephone may be left out, as there is a postal address."""
        there = {
            "content": self.stories["content"],
            "name": self.values["name"],
            "home": self.values["home"],
            "place": self.values["place"] or self.ward or self.point,
        }
        return {name: f"missing_{name}" for name, value in there.items() if not value} | self._unanswerable()

    def _unanswerable(self) -> dict[str, str]:
        """Return the field that the chosen way of answering needs, if it is missing."""
        needed = {"phone": ("phone", "missing_phone_to_call"), "email": ("email", "missing_email_to_write")}
        name, key = needed.get(self.values["reply_by"], ("", ""))
        return {name: key} if name and not self.values[name] else {}

    def _wrong(self, replies: frozenset[str]) -> dict[str, str]:
        long = [name for name, text in self.stories.items() if len(text) > MAX_CHARACTERS]
        faults = {**dict.fromkeys(long, "fault_long"), **wrong_lines(self.values)}
        choices = {"type": TYPES, "reply_by": replies | {""}}
        return faults | {name: "fault_choice" for name, known in choices.items() if self.values[name] not in known}

    def kept(self, name: str) -> Any:
        """Return the value of a line as a draft keeps it, or `WRONG`."""
        return kept_value(name, self.values[name])

    def draft(self, key: str, at: datetime) -> PetitionDraft:
        """Return a form without faults as a draft. `key` and `at` are those of its one part."""
        return PetitionDraft(
            parts=[InputPart(key=key, at=at, type="text", text=self.stories["content"])],
            address=self.kept("place"),
            ward=self.ward or None,
            name=self.kept("name"),
            residence=self.kept("home"),
            phone=self.kept("phone"),
            email=self.kept("email"),
            type=self.kept("type"),
            reply_by=self.kept("reply_by"),
        )


def read_filled(form: Mapping[str, str]) -> FilledForm:
    """Return the contents of a form by the names of its fields."""
    values = {name: normal(form.get(name, "")) for name in _LINES}
    values["home"] = home_of(values["home"], values["place"])
    ward, point = form.get("ward", ""), form.get("point", "")
    if form.get("nowhere") and not (values["place"] or ward or point):
        values["place"] = NOWHERE
    stories = {name: lines(form.get(name, "")) for name in _STORIES}
    return FilledForm(values, stories, ward, point, consents=form.get("consent") == "yes")


def home_of(home: str, place: str) -> str:
    """Return the home as typed, or the place of the matter if the home only refers to it: “như trên”."""
    return place if is_as_above(home) else home


def wrong_lines(values: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of the texts about faults in single-line fields, by field: too long or malformed."""
    long = [name for name, most in LONGEST.items() if len(values.get(name, "")) > most]
    malformed = [name for name in ("phone", "email") if kept_value(name, values.get(name, "")) is WRONG]
    return {**dict.fromkeys(long, "fault_long"), **{name: f"fault_{name}" for name in malformed}}


def kept_value(name: str, text: str) -> Any:
    """Return the value of a line as a draft keeps it, or `WRONG`."""
    text = normal(text)
    if name == "phone":
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
    """Return a text as a draft keeps it: line by line, without invisible characters."""
    return "\n".join(normal(line) for line in text.splitlines()).strip()
