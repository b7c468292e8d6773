"""A published result, stored under its public id, and the filters for the list of results.

Firestore joins the automatic indexes of any number of fields that are compared for equality. So every filter is a field
of its own (`keys`), and any combination of them is found without a declared index. Ids count the time down, so that
results in the order of their ids begin with the newest. Words are looked up in the index of `search_index`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from pydantic import Field

from petitions.domain.language.words import words
from petitions.domain.petition.confidentiality import is_protected
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import PublicResult, PublicStatus
from petitions.domain.shared.instants import day_start
from petitions.domain.shared.records import Instant, Record, Root, replace

RESULTS = "results"
FACETS_PATH = "site/results"
FILTERS = ("unit", "field", "ward", "outcome", "time", "period")
"""The kinds of filters. `time` is on or late, `period` the year or month of publication."""
_END_OF_TIME = 10**11
_HANOI = timezone(timedelta(hours=7))


class ResultStep(Record):
    """A step of a petition, as everyone may see it."""

    step: str
    """`filed`, `accepted`, `answered` or `published`."""
    at: Instant
    """The start of its day, so that public data does not reveal the hour at which somebody wrote."""


class PublishedResult(Root):
    """`results/{place}` in the public database. It does not contain the code of its petition."""

    result_id: str
    result: PublicResult
    unit: str
    unit_name: str
    field: str
    field_name: str
    ward: str | None = None
    ward_name: str | None = None
    outcome: AnswerOutcome | None = None
    steps: list[ResultStep]
    published_at: Instant
    keys: dict[str, bool] = Field(default_factory=dict)
    """The filters that it matches, all mapped to true."""
    part: int | None = None
    """The index part that holds it. None for results published before the index existed."""


class IndexedPart(Record):
    """A part of the index of results."""

    results: int
    """The number of results in the part."""
    revision: int
    """A number that grows with every change."""


class ResultNames(Record):
    """The names of places and subjects that belong to a petition's codes."""

    unit: str
    field: str
    field_name: str
    ward_name: str | None = None


class ResultFacets(Root):
    """`site/results`: the number of all results, and the number that match any one filter."""

    total: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    """By key. A missing key counts as 0."""
    names: dict[str, str] = Field(default_factory=dict)
    """The names of units, fields and wards, by key."""
    parts: list[IndexedPart] = Field(default_factory=list)
    """The parts of the index, by number."""

    def with_part(self, number: int, results: int) -> ResultFacets:
        """Return the facets with a new revision of an index part, which exists already or is the next one."""
        revision = self.parts[number].revision + 1 if number < len(self.parts) else 1
        changed = IndexedPart(results=results, revision=revision)
        return replace(self, parts=[*self.parts[:number], changed, *self.parts[number + 1 :]])


def published_result(petition: Petition, status: PublicStatus, names: ResultNames) -> PublishedResult | None:
    """Return the public data of the petition, or None.

    Every field is listed explicitly, so that no other data can become public.
    """
    if status.result is None or status.result_id is None or status.published_at is None:
        return None
    outcome = petition.reply.outcome if petition.reply else None
    ward = None if is_protected(petition) else petition.ward  # the public must not learn its office (LAW 7.8)
    month = status.published_at.astimezone(_HANOI)
    filters = [
        filter_key("unit", status.unit),
        filter_key("field", names.field),
        *([filter_key("ward", ward)] if ward else []),
        *([filter_key("outcome", outcome)] if outcome else []),
        *([filter_key("time", "on" if status.result.in_time else "late")] if status.result.in_time is not None else []),
        filter_key("period", f"{month:%Y}"),
        filter_key("period", f"{month:%Y-%m}"),
    ]
    return PublishedResult(
        result_id=status.result_id,
        result=status.result,
        unit=status.unit,
        unit_name=names.unit,
        field=names.field,
        field_name=names.field_name,
        ward=ward,
        ward_name=names.ward_name if ward else None,
        outcome=outcome,
        steps=_steps(petition, status),
        published_at=status.published_at,
        keys=dict.fromkeys(filters, True),
    )


def _steps(petition: Petition, status: PublicStatus) -> list[ResultStep]:
    reception = petition.clocks.get("reception")
    times = {
        "filed": status.filed_at,
        "accepted": reception.stopped_at if reception else None,
        "answered": status.answered_at,
        "published": status.published_at,
    }
    return [ResultStep(step=step, at=day_start(at)) for step, at in times.items() if at]


def filter_key(kind: str, value: str) -> str:
    """Return the key of a value of one of FILTERS."""
    return f"{kind}_{''.join(letter if letter.isalnum() and letter.isascii() else '_' for letter in value)}"


@dataclass(frozen=True)
class ResultSearch:
    """A search for results. Without text and filters it matches all."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Values by kind."""

    @property
    def keys(self) -> list[str]:
        """Return the keys that a result must all have."""
        return [filter_key(kind, value) for kind, value in self.filters.items()]

    @property
    def asks_in_vain(self) -> bool:
        """Return whether the text is not empty but contains no word."""
        return bool(self.text.strip()) and not words(self.text)


def place_of(status: PublicStatus) -> str | None:
    """Return the id of the result's document, or None if nothing is published."""
    if status.published_at is None or status.result_id is None:
        return None
    return f"{_END_OF_TIME - int(status.published_at.timestamp()):011}-{status.result_id}"


def counted(facets: ResultFacets, before: PublishedResult | None, after: PublishedResult | None) -> ResultFacets:
    """Return the facets after `after` has replaced `before`."""
    counts, names = dict(facets.counts), dict(facets.names)
    for result, step in ((before, -1), (after, 1)):
        for key in result.keys if result else ():
            counts[key] = counts.get(key, 0) + step
    if after:
        names |= _names(after)
    counts = {key: count for key, count in counts.items() if count > 0}
    return replace(
        facets,
        total=facets.total + (after is not None) - (before is not None),
        counts=counts,
        names={key: name for key, name in names.items() if key in counts},
    )


def _names(result: PublishedResult) -> dict[str, str]:
    named = {filter_key("unit", result.unit): result.unit_name, filter_key("field", result.field): result.field_name}
    if result.ward:
        named[filter_key("ward", result.ward)] = result.ward_name or result.ward
    return named


def result_path(place: str) -> str:
    """Return the path of a result's document."""
    return f"{RESULTS}/{place}"
