"""The inbox of citizens who wait for a person, as the JSON API answers it."""

from __future__ import annotations

from typing import Self

from petitions.domain.contact.contact_request import (
    OUTCOME_LABELS,
    REASON_LABELS,
    ContactOutcome,
    ContactReason,
    ContactState,
)
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import Directory
from petitions.usecases.contact.read_contacts import ContactLine
from schema.base import Answer, Instant


class ContactRequestAnswer(Answer):
    """A citizen who waits or waited for a person; `text` is their words, `late` that nobody saw or acted in time."""

    id: str
    why: ContactReason
    why_label: str
    code: str | None
    unit: str
    unit_name: str
    text: str
    at: Instant
    see_by: Instant | None
    act_by: Instant | None
    late: bool
    state: ContactState
    seen_by: str | None
    seen_at: Instant | None
    answer: str | None
    answered_by: str | None
    answered_at: Instant | None
    outcome: ContactOutcome | None
    outcome_label: str | None

    @classmethod
    def of(cls, line: ContactLine) -> Self:
        """Return the request with the words that the page has; the citizen's pseudonym stays here."""
        known = line.request.model_dump(include={*cls.model_fields} & {*type(line.request).model_fields})
        outcome = line.request.outcome
        return cls(
            **known,
            why_label=REASON_LABELS[line.request.why],
            unit_name=line.unit_name,
            late=line.late,
            outcome_label=OUTCOME_LABELS[outcome] if outcome else None,
        )


class ContactsAnswer(Answer):
    """The inbox: possible dangers first, then the oldest; of closed requests the newest first."""

    contacts: list[ContactRequestAnswer]


class ContactDone(Answer):
    """The request that was changed."""

    id: str


class DissatisfiedLine(Answer):
    """A petition whose filer is not satisfied with the answer, and the reason where one was given."""

    code: str
    title: str
    unit: str
    unit_name: str
    rated_at: Instant
    reason: str | None


class DissatisfiedAnswer(Answer):
    """The newest first."""

    petitions: list[DissatisfiedLine]

    @classmethod
    def of(cls, found: list[Petition], directory: Directory) -> Self:
        """Return the petitions that have a rating."""
        lines = [
            DissatisfiedLine(
                code=each.code,
                title=each.title,
                unit=each.unit,
                unit_name=directory.name_of(each.unit),
                rated_at=each.rating.at,
                reason=each.rating.reason,
            )
            for each in found
            if each.rating
        ]
        return cls(petitions=lines)
