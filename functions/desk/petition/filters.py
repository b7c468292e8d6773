"""Filters of the work list, as parameters in addresses and fields of forms.

A search text may contain names, so it is never part of an address. The session has it, and the address `find=1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from desk.shell.forms import day_in
from desk.shell.parts import parts
from desk.shell.session import me
from petitions.domain.clock.clocks import TimeState
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.list_layout import Sort
from petitions.domain.petition.petition import RATING_LABELS
from petitions.errors import Rejected
from petitions.usecases.desk.list_words import are_known, filter_words
from petitions.usecases.desk.search_petitions import LONGEST_SEARCH
from petitions.usecases.desk.work_list_query import WorkListFilters, WorkListView

QUERY = (
    "state", "time", "kind", "level", "ward", "unit", "mine", "handler", "source", "field", "rating", "from", "to",
    "sort",
)  # fmt: skip
"""The names of the filters as parameters of an address."""
_UNKNOWN = "Không có bộ lọc này."
TIMES = (TimeState.WITHIN, TimeState.NEARLY_DUE, TimeState.OVERDUE)


def view_named(name: str) -> WorkListView | None:
    """Return the work list with this name, or None for an empty name. Raise Rejected for an unknown name."""
    try:
        return WorkListView(name) if name else None
    except ValueError as error:
        raise Rejected("Không có danh sách này.", reason="view_unknown") from error


def filters_of(given: Mapping[str, str], text: str, sort: str = "") -> WorkListFilters:
    """Return the filters in an address or a form.

    `text` is the search text, and `sort` the default order. Raise Rejected for an unknown or malformed value.
    """
    state, time, kind, level = (given.get(name, "") for name in ("state", "time", "kind", "level"))
    ward, unit, handler = (given.get(name, "") for name in ("ward", "unit", "handler"))
    source, field, rating = (given.get(name, "") for name in ("source", "field", "rating"))
    known = (
        (not state or state in set(State))
        and (not time or time in TIMES)
        and given.get("mine", "") in {"", "1"}
        and (not rating or rating in {str(level) for level in RATING_LABELS})
        and all(not given.get(name) or day_in(given, name) for name in ("from", "to"))
        and (not given.get("sort") or Sort.named(given["sort"]) is not None)
    )
    if not known:
        raise Rejected(_UNKNOWN, reason="filter_unknown")
    filters = WorkListFilters(
        state=State(state) if state else None,
        time=TimeState(time) if time else None,
        kind=kind,
        level=level,
        ward=ward,
        unit=unit,
        mine=given.get("mine") == "1",
        handler=handler,
        source=source,
        field=field,
        rating=int(rating) if rating else None,
        since=day_in(given, "from"),
        until=day_in(given, "to"),
        text=text.strip()[:LONGEST_SEARCH],
        sort=Sort.named(given.get("sort", "") or sort),
    )
    if not are_known(filters, parts().directory, parts().staff, parts().reference.fields):
        raise Rejected(_UNKNOWN, reason="filter_unknown")
    return filters


def fields() -> dict[str, str]:
    """Return the Vietnamese names of the fields of administration by code."""
    return {field.code: field.name for field in parts().reference.fields.fields}


def chips(view: WorkListView, filters: WorkListFilters) -> list[tuple[str, str]]:
    """Return the active filters for display, as pairs.

    A pair is a Vietnamese description and the query string of the list without this filter.
    """
    named = filter_words(filters, parts().directory, parts().staff, parts().reference.fields)
    plain = WorkListFilters()
    return [
        (words, query_string(view, replace(filters, **{name: getattr(plain, name)}))) for name, words in named.items()
    ]


def query_string(view: WorkListView, filters: WorkListFilters) -> str:
    """Return the query string that opens a work list with these filters. A search text appears as `find=1`.

    The officer's default order is omitted, so that colleagues who open the same link see the list in their own order.
    """
    named = {
        "state": filters.state,
        "time": filters.time,
        "kind": filters.kind,
        "level": filters.level,
        "ward": filters.ward,
        "unit": filters.unit,
        "mine": "1" if filters.mine else "",
        "handler": filters.handler,
        "source": filters.source,
        "field": filters.field,
        "rating": filters.rating,
        "from": filters.since.isoformat() if filters.since else "",
        "to": filters.until.isoformat() if filters.until else "",
        "sort": filters.sort.name if filters.sort and filters.sort.name != me().layout.sort else "",
        "find": "1" if filters.text else "",
    }
    return urlencode({"view": view.value} | {name: value for name, value in named.items() if value})
