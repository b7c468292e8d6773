"""Thousands of odd requests to the public pages: no 5xx, nothing written but counts, nothing of a petition shown."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from petitions.domain.publishing.digit_tries import MOST_WRONG
from tests.unit.public_site.site import BASIS, DIGITS, OwnSite

SEED = 20261127
FEW, ALL = 400, 20_000

_TEXT = st.text(st.characters(codec=None, exclude_categories=["Cs"]), max_size=60)
_PATHS = (
    "/", "/results", "/results/{}", "/figures", "/own", "/own/file", "/api/status/{}", "/data/figures.json",
    "/results.atom", "/data/results.csv", "/open311/v2/requests.json", "/assets/{}", "/{}",
)  # fmt: skip
_METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
_HEADERS = st.dictionaries(
    st.sampled_from(["X-Forwarded-For", "Sec-Fetch-Site", "Content-Type", "Host", "Cookie", "X-HTTP-Method-Override"]),
    st.text("abcdef0123456789.,:; =/-*[]<>%", max_size=60),
    max_size=3,
)


@pytest.fixture(scope="module")
def site() -> OwnSite:
    return OwnSite()


def _fuzz(site: OwnSite, examples: int) -> None:
    public, kept = repr(site.public.documents), repr(sorted(site.world.kept.objects))
    statuses: Counter[int] = Counter()
    code = st.sampled_from([site.code, site.code.lower(), f" {site.code}\x00", "KQ-0000-0000-0000"])
    # Never the right digits: they alone may show something.
    digits = (_TEXT | st.integers(0, 9999).map(lambda number: f"{number:04}")).filter(lambda each: DIGITS not in each)
    fields = st.dictionaries(
        st.sampled_from(["code", "digits", "ticket", "number", "after"]), _TEXT | code | digits, max_size=4
    ).filter(lambda form: DIGITS not in "".join(str(form.get("digits", "")).split()))

    @seed(SEED)
    @settings(max_examples=examples, database=None)
    @given(_METHODS, st.sampled_from(_PATHS), _TEXT | code, fields, fields, _HEADERS)
    def one(
        method: str, path: str, part: str, query: dict[str, str], form: dict[str, str], headers: dict[str, Any]
    ) -> None:
        site.seconds += 60
        answer = site.client.open(
            path.replace("{}", quote(part)), method=method, query_string=query, data=form, headers=headers
        )
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (method, path, answer.text)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        for words in ("gây khó khăn", BASIS, "0912"):
            assert words not in answer.text

    one()
    print(f"{sum(statuses.values())} requests, seed {SEED}, statuses {dict(statuses)}")  # noqa: T201 - the figure
    assert (repr(site.public.documents), repr(sorted(site.world.kept.objects))) == (public, kept)
    names = {path.partition("/")[2].partition("-")[0] for path in site.tries.documents}
    assert names <= {"HN", "from", "site"}
    tries = site.tries.documents.get(f"tries/{site.code}", {"wrong": 0})
    assert tries["wrong"] <= MOST_WRONG


def test_odd_requests_to_the_public_pages(site: OwnSite) -> None:
    _fuzz(site, FEW)


@pytest.mark.faults
def test_twenty_thousand_odd_requests(site: OwnSite) -> None:
    _fuzz(site, ALL)
