"""Thousands of invalid requests to the public pages: no status 5xx, nothing written, no petition data shown."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.unit.public_site.site import BASIS, AnsweredSite

SEED = 20261127
FEW, ALL = 400, 20_000

_TEXT = st.text(st.characters(codec=None, exclude_categories=["Cs"]), max_size=60)
_PATHS = (
    "/", "/results", "/results/{}", "/figures", "/api/status", "/data/figures.json",
    "/results.atom", "/data/results.csv", "/open311/v2/requests.json", "/assets/{}", "/{}",
)  # fmt: skip
_METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
_HEADERS = st.dictionaries(
    st.sampled_from(["X-Forwarded-For", "Sec-Fetch-Site", "Content-Type", "Host", "Cookie", "X-HTTP-Method-Override"]),
    st.text("abcdef0123456789.,:; =/-*[]<>%", max_size=60),
    max_size=3,
)


@pytest.fixture(scope="module")
def site() -> AnsweredSite:
    return AnsweredSite()


def _fuzz(site: AnsweredSite, examples: int) -> None:
    public, kept = repr(site.public.documents), repr(sorted(site.world.kept.objects))
    statuses: Counter[int] = Counter()
    code = st.sampled_from([site.code, site.code.lower(), f" {site.code}\x00", "KQ-0000-0000-0000"])
    fields = st.dictionaries(st.sampled_from(["code", "digits", "after", "q", "page"]), _TEXT | code, max_size=4)

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


def test_odd_requests_to_the_public_pages(site: AnsweredSite) -> None:
    _fuzz(site, FEW)


@pytest.mark.faults
def test_twenty_thousand_odd_requests(site: AnsweredSite) -> None:
    _fuzz(site, ALL)
