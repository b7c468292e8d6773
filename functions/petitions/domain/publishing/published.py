"""A published result, stored under its public id, and the filters for the list of results.

Firestore can combine any number of equality filters without a declared index. Every filter is therefore a field of its
own (`keys`), so that any combination can be queried. The ids count the time down, so that results in the order of their
ids begin with the newest. Words are searched in the index of `search_index`.
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
"""The kinds of filters. `time` is on time or late, `period` is the year or month of publication."""
_END_OF_TIME = 10**11
_HANOI = timezone(timedelta(hours=7))


class ResultStep(Record):
    """A step of a petition as the public sees it."""

    step: str
    """The name of the step: `filed`, `accepted`, `answered` or `published`."""
    at: Instant
    """The start of the day, so that public data do not reveal the hour at which somebody wrote."""


class PublishedResult(Root):
    """A result stored as `results/{place}` in the public database, without the code of its petition."""

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
    """The keys of all filters that the result matches, each mapped to true."""
    part: int | None = None
    """The number of the index part that holds it. None for results published before the index existed."""


class IndexedPart(Record):
    """One part of the search index: the number of its results, and its revision."""

    results: int
    """The number of results in the part."""
    revision: int
    """A number that grows with every change."""


class ResultNames(Record):
    """The names for the codes in a petition: of its unit, its field of administration and its ward."""

    unit: str
    field: str
    field_name: str
    ward_name: str | None = None


class ResultFacets(Root):
    """The number of all results, and the number for every single filter, stored as `site/results`."""

    total: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    """The number of results by filter key. A missing key means 0."""
    names: dict[str, str] = Field(default_factory=dict)
    """The names of units, fields and wards, by filter key."""
    parts: list[IndexedPart] = Field(default_factory=list)
    """The parts of the search index, by number."""

    def with_part(self, number: int, results: int) -> ResultFacets:
        """Return the counts with a new revision of an index part. `number` may be one more than the last part's."""
        revision = self.parts[number].revision + 1 if number < len(self.parts) else 1
        changed = IndexedPart(results=results, revision=revision)
        return replace(self, parts=[*self.parts[:number], changed, *self.parts[number + 1 :]])


def published_result(petition: Petition, status: PublicStatus, names: ResultNames) -> PublishedResult | None:
    """Return the public data of a petition's result, or None if no result is published.

    The code lists every field, so that no other data can become public.
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
    """Return the key of a filter, made of its kind (one of FILTERS) and its value."""
    return f"{kind}_{''.join(letter if letter.isalnum() and letter.isascii() else '_' for letter in value)}"


@dataclass(frozen=True)
class ResultSearch:
    """A search for results. Without text and filters it matches all."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    """The value by kind of filter."""

    @property
    def keys(self) -> list[str]:
        """Return the filter keys, all of which a result must have."""
        return [filter_key(kind, value) for kind, value in self.filters.items()]

    @property
    def has_text_without_words(self) -> bool:
        """Return whether the search has text but no word in it."""
        return bool(self.text.strip()) and not words(self.text)


def place_of(status: PublicStatus) -> str | None:
    """Return the id of the result's document, or None if nothing is published."""
    if status.published_at is None or status.result_id is None:
        return None
    return f"{_END_OF_TIME - int(status.published_at.timestamp()):011}-{status.result_id}"


def counted(facets: ResultFacets, before: PublishedResult | None, after: PublishedResult | None) -> ResultFacets:
    """Return the counts after `after` has replaced `before`. None stands for no result."""
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
    return f"{RESULTS}/{place}"
