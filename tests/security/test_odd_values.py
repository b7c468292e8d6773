"""Invalid ids, dates, keys and numbers in requests to every web function never lead to a status of 500."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from petitions.domain.lifecycle.states import State
from tests.security.role_requests import body_of, path_of
from tests.security.role_table import BLOCKS, Row
from tests.security.role_world import Place
from tests.unit.citizen_page.site import petition_site
from tests.unit.public_site.site import AnsweredSite

SEED = 20261130
FEW, ALL = 700, 10_000
AT_ONCE = 8
"""The number of invalid query parameters in one request."""
ODD = (
    "__x__", "____", ".", "..", "a/b", "/", "%2F", "x" * 1_501, "ô" * 800, "\x00", "\ud800", "\u202e", "²", "٣", "-1",
    "9" * 30, "9" * 5_000, "1e9", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W53-7", "20261130", "0001-01",
    "9999-12", "2026-13", "0001-01-01T00:00", "9999-12-31T23:59:59+00:00", "2026-11-30T25:00", "[]", "null", "{{7*7}}",
    "", " ", "HN-261124-0000-0000", "HN-２６１１２４-0000-0001", "HN-٢٦١١٢٤-0000-0001", "__name__", "a.b",
    "`", "a\r\nb: c",
)  # fmt: skip
QUERY = (
    "after", "back", "closed", "code", "column", "count", "do", "field", "find", "from", "group", "id", "key",
    "level", "main", "missing", "month", "name", "next", "open", "order", "page", "page_size", "period", "q",
    "rating", "row", "saved", "sent", "service_code", "since", "sort", "state", "status", "table", "to",
    "tries", "undo", "unit", "until", "version", "view", "ward", "what", "who", "year",
)  # fmt: skip
"""Names of query parameters, used by some route or by none."""
PAGE_FORM = ("do", "given", "words", "level", "phone", "number", "form", "csrf", "more")
HALF = 0.5
_ARGUMENT = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True)
class Odd:
    row: Row
    where: str
    values: dict[str, str]

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value[:30]!r}" for name, value in self.values.items())
        return f"{self.row} {self.where} {shown}"


def in_address(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def places(place: Place) -> list[tuple[Row, str, tuple[str, ...]]]:
    """Return every place for an invalid value as (row, part of the request, possible names)."""
    found = list[tuple[Row, str, tuple[str, ...]]]()
    for row in (row for rows in BLOCKS.values() for row in rows):
        fields = body_of(row, place) if row.method == "POST" else {}
        found += [(row, "path", (name,)) for name in _ARGUMENT.findall(row.rule)]
        found += [(row, "body", (name,)) for name in fields]
        found += [(row, "query", QUERY)] if row.method == "GET" else []
    return found


def odd_requests(place: Place, count: int) -> Iterator[Odd]:
    """Yield `count` requests with invalid values. At each place, all other values are tried before one is repeated."""
    rng = random.Random(SEED)
    everywhere = [(row, where, names, rng.sample(ODD, len(ODD))) for row, where, names in places(place)]
    for number in range(count):
        row, where, names, values = everywhere[number % len(everywhere)]
        turn = number // len(everywhere)
        if where == "query":
            yield Odd(row, where, {name: rng.choice(ODD) for name in rng.sample(names, AT_ONCE)})
        else:
            yield Odd(row, where, {names[0]: values[turn % len(values)]})


def allowed(row: Row, rng: random.Random) -> str:
    may = [who for who, letter in row.answers.items() if letter not in "xi"]
    return rng.choice(may or ["coordinator"])


def spoilt(body: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """Return the body with one value replaced, inside a list or an object if the former value is one."""
    kept = body[name]
    if isinstance(kept, list):
        return {**body, name: [value]}
    if isinstance(kept, dict):
        return {**body, name: {**kept, next(iter(kept), "x"): value}}
    return {**body, name: value}


def answered(place: Place, odd: Odd, who: str) -> int:
    row, path = odd.row, path_of(odd.row, place)
    body = body_of(row, place) if row.method == "POST" else None
    for name, value in odd.values.items():
        if odd.where == "path":
            parts = [
                in_address(value) if name in _ARGUMENT.findall(rule) else part
                for rule, part in zip(row.rule.split("/"), path.partition("?")[0].split("/"), strict=True)
            ]
            path = "/".join(parts)
        elif odd.where == "query":
            path += ("&" if "?" in path else "?") + f"{name}={in_address(value)}"
        elif body is not None:
            body = spoilt(body, name, value.replace("\ud800", "\ufffd"))
    return place.send(who, row.method, path, body).status_code


def fuzz(count: int) -> None:
    place, rng = Place(), random.Random(SEED)
    documents = place.in_state[State.IN_PROGRESS]
    statuses, broken = Counter[int](), list[str]()
    for odd in odd_requests(place, count):
        place.restore(documents)
        found = answered(place, odd, allowed(odd.row, rng))
        statuses[found] += 1
        if found >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.append(f"{found} {odd}")
    print(f"{statuses.total()} requests, seed {SEED}, statuses {dict(statuses)}")  # noqa: T201 - the figure
    assert not broken, "\n".join(sorted(broken))


def walk(app: Flask, forms: dict[str, tuple[str, ...]], count: int, known: dict[str, str], client: FlaskClient) -> None:
    """Send `count` random requests to the routes of a public function, and fail for a status of 500.

    `known` gives existing values for path arguments.
    """
    rng, statuses, broken = random.Random(SEED), Counter[int](), list[str]()
    routes = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static"
    ]
    for number in range(count):
        method, rule = routes[number % len(routes)]
        names = _ARGUMENT.findall(rule)
        spoilt_one = rng.choice(names) if names and rng.random() < HALF else ""
        values = {name: rng.choice(ODD) if name == spoilt_one else known.get(name, "json") for name in names}
        parts = _ARGUMENT.split(rule)  # alternately text and argument names
        path = "".join(in_address(values[part]) if place % 2 else part for place, part in enumerate(parts))
        query = "&".join(f"{name}={in_address(rng.choice(ODD))}" for name in rng.sample(QUERY, AT_ONCE))
        names_sent = forms.get(rule.removeprefix("/en"), QUERY)
        form = {name: rng.choice(ODD).replace("\ud800", "\ufffd") for name in rng.sample(names_sent, 2)}
        answer = client.open(f"{path}?{query}", method=method, data=form if method == "POST" else None)
        statuses[answer.status_code] += 1
        answer.close()
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.append(f"{method} {path[:100]}?{query[:300]} {form}")
    print(f"{statuses.total()} requests, seed {SEED}, statuses {dict(statuses)}")  # noqa: T201 - the figure
    assert not broken, "\n".join(sorted(broken))


def public(count: int) -> None:
    site = AnsweredSite()
    known = {"public_id": "x", "code": site.code, "form": "json"}

    @site.app.before_request
    def later() -> None:
        site.seconds += 60

    walk(site.app, {}, count, known, site.client)


def pages(count: int) -> None:
    site = petition_site()
    browser = site.opened()
    known = {"page": browser.page, "key": site.key, "link": site.link, "what": "withdraw"}
    forms = {"/p/<page>": PAGE_FORM, "/p/<page>/file": ("number", "csrf"), "/open": ("link", "tries")}
    forms |= {"/confirm": ("key", "asked", "typed", "then"), "/word": ("key", "then"), "/code": ("code", "digits")}
    walk(site.app, forms, count, known, browser.client)


def test_odd_values_at_the_public_functions() -> None:
    public(FEW // 2)
    pages(FEW // 2)


@pytest.mark.faults
def test_thousands_of_odd_values_at_the_public_functions() -> None:
    public(ALL // 2)
    pages(ALL // 2)


def test_odd_values_at_the_desk() -> None:
    fuzz(FEW)


@pytest.mark.faults
def test_ten_thousand_odd_values_at_the_desk() -> None:
    fuzz(ALL)
