"""The base of every answer, and the answers that all rooms share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.units.directory import Directory

Instant = Annotated[AwareDatetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]
"""An instant that JSON has with its offset, `+00:00`. Copied fields of stored records end in `Z` instead."""


class Answer(BaseModel):
    """An answer: exactly these fields. What is absent is null; instants are ISO 8601 in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CopiedAnswer(Answer):
    """An answer whose fields are attributes of one value, under the same names."""

    @classmethod
    def of(cls, value: object) -> Self:
        """Return a copy of the attributes that this answer names."""
        return cls.model_validate(value, from_attributes=True)


class Fault(Answer):
    """One thing that is wrong with a body."""

    field: str
    fault: str


class ErrorAnswer(Answer):
    """Why it was refused: a stable word, words for the officer, and of a malformed body every fault."""

    error: str
    message: str
    faults: list[Fault] = Field(default=[], exclude_if=lambda faults: not faults)


class OfficerAnswer(Answer):
    """An officer, without the e-mail address."""

    id: str
    name: str
    role: Role
    unit: str
    unit_name: str

    @classmethod
    def of(cls, officer: Officer, directory: Directory) -> OfficerAnswer:
        """Return what everybody may know of an officer."""
        return cls(
            id=officer.id,
            name=officer.name,
            role=officer.role,
            unit=officer.unit,
            unit_name=directory.name_of(officer.unit),
        )


class SessionAnswer(Answer):
    """Who is signed in, and the token that every change carries in X-CSRF-Token."""

    officer: OfficerAnswer
    csrf: str
