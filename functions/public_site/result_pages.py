"""Pages of published results, which are answered petitions without personal data: list, single result, feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request
from page_words import here, outcome_label, say
from status_pages import Answer, StatusPages, at_text

from petitions.domain.petition.codes import looks_like_code
from petitions.domain.publishing.law_references import law_link, law_references
from petitions.domain.publishing.public import find_result_id
from petitions.domain.publishing.published import (
    FILTERS,
    PublishedResult,
    ResultFacets,
    ResultSearch,
    filter_key,
)
from petitions.errors import NotFound, Rejected
from petitions.usecases.publishing.public_view import MOST_COUNTED, PublicView, ResultList

A_PAGE = 20
SIMILAR = 3
IN_SITEMAP = 500
LONGEST_SEARCH = 200
_PLACE = re.compile(r"[0-9]{11}-KQ-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_FILTER = re.compile(r"[0-9A-Za-z_-]{1,40}")


class ResultPages:
    def __init__(self, pages: StatusPages, view: PublicView, public_url: str) -> None:
        self._pages = pages
        self._view = view
        self._url = public_url

    def results(self) -> Answer:
        """Show one page of the results that match the search and the filters.

        Redirect instead if the search text is the id of a result or the code of a petition.
        """
        self._pages.check_reads()
        search, after = asked_for(), place_given()
        if leads_to := self._by_code(search.text):
            return redirect(leads_to, HTTPStatus.SEE_OTHER)
        if search.has_text_without_words:
            found = ResultList([], self._view.facets(), 0, None)
        else:
            found = self._view.results(search, A_PAGE, after)
        return render_template(
            "results.html",
            search=search,
            results=[shown(result) for result in found.results],
            choices=_choices(found.facets),
            count=_count(search, found),
            more=page_address(search, found.next) if found.next else None,
            later=bool(after),
            first=here("/results") + query_of(search),
            feed=f"/results.atom{query_of(search)}",
        ), HTTPStatus.OK

    def result(self, public_id: str) -> Answer:
        self._pages.check_reads()
        found = self.wanted(public_id)
        return render_template(
            "result.html",
            result=shown(found),
            address=f"{self._url}/results/{found.result_id}",
            basis=law_references(found.result.answer),
            law_link=law_link,
            similar=[shown(published_result) for published_result in self._view.similar(found, SIMILAR)],
            schema=schema_of(found, self._url),
        ), HTTPStatus.OK

    def feed(self) -> Answer:
        """Return the newest results that match the search and the filters, as an Atom feed (RFC 4287)."""
        self._pages.check_reads()
        search = asked_for()
        found = [] if search.has_text_without_words else self._view.results(search, A_PAGE, newest_first=True).results
        newest = found[0].published_at if found else datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        text = render_template(
            "feed.xml",
            results=[shown(published_result) for published_result in found],
            url=self._url,
            query=query_of(search),
            updated=newest,
        )
        return Response(text, mimetype="application/atom+xml")

    def robots(self) -> Answer:
        """Return robots.txt, which keeps search engines away from the API."""
        lines = (
            "User-agent: *",
            "Disallow: /api/",
            f"Sitemap: {self._url}/sitemap.xml",
            "",
        )
        return Response("\n".join(lines), mimetype="text/plain")

    def sitemap(self) -> Answer:
        """Return the XML sitemap of the site's pages and the newest results (sitemaps.org)."""
        self._pages.check_reads()
        text = render_template("sitemap.xml", url=self._url, results=self._view.newest(IN_SITEMAP))
        return Response(text, mimetype="application/xml")

    def _by_code(self, typed: str) -> str | None:
        """Return the address to redirect to if the search text is a code, or None for ordinary words.

        A petition's code leads to the look-up form, which asks for it again, so that no address contains it.
        """
        known = find_result_id(typed)
        if known and self._view.result(known):
            return here(f"/results/{known}")
        return f"{here('/')}?code=" if looks_like_code(typed) else None

    def wanted(self, public_id: str) -> PublishedResult:
        """Return the published result with this id, in any spelling. Raise NotFound for an unknown id."""
        known = find_result_id(public_id)
        found = self._view.result(known) if known else None
        if found is None:
            raise NotFound(say("no_result"))
        return found


def asked_for() -> ResultSearch:
    """Return the search text and filters of the query. Malformed filters are ignored."""
    given = {kind: request.args.get(kind, "").strip() for kind in FILTERS}
    filters = {kind: value for kind, value in given.items() if _FILTER.fullmatch(value)}
    return ResultSearch(request.args.get("q", "").strip()[:LONGEST_SEARCH], filters)


def place_given() -> str:
    """Return the query's paging position, after which the page begins, or "". Raise Rejected if malformed."""
    after = request.args.get("after", "")
    if after and not _PLACE.fullmatch(after):
        raise Rejected(say("wrong_page"), reason="wrong_page")
    return after


def query_of(search: ResultSearch, **more: str) -> str:
    """Return a search as a URL query string, or "" for an empty search."""
    asked = ({"q": search.text} if search.text else {}) | dict(search.filters) | more
    return f"?{urlencode(asked)}" if asked else ""


def page_address(search: ResultSearch, after: str) -> str:
    return here("/results") + query_of(search, after=after)


def shown(result: PublishedResult) -> dict[str, Any]:
    """Return a result as a dictionary for the templates of pages and of the feed."""
    began = result.steps[0].at
    steps = [
        {"step": result_step.step, "at": result_step.at, "days": (result_step.at - began).days if index else None}
        for index, result_step in enumerate(result.steps)
    ]
    return result.result.stored() | {
        "id": result.result_id,
        "unit": result.unit_name,
        "field": result.field_name,
        "ward": result.ward_name,
        "outcome": outcome_label(result.outcome) if result.outcome else None,
        "steps": steps,
        "published_at": at_text(result.published_at),
        "at": result.published_at,
    }


def schema_of(result: PublishedResult, url: str) -> dict[str, Any]:
    """Return a result as a schema.org question with its answer, for search engines."""
    asked = result.steps[0].at.isoformat()
    answer = {
        "@type": "Answer",
        "text": result.result.answer,
        "author": {"@type": "GovernmentOrganization", "name": result.unit_name},
        "datePublished": result.published_at.isoformat(),
    }
    question = {
        "@type": "Question",
        "name": result.result.summary[:110],
        "text": result.result.summary,
        "dateCreated": asked,
        "answerCount": 1,
        "acceptedAnswer": answer,
    }
    return {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "url": f"{url}/results/{result.result_id}",
        "inLanguage": "vi",
        "mainEntity": question,
    }


def _count(search: ResultSearch, found: ResultList) -> str:
    if search.has_text_without_words:
        return say("search_short")
    if found.count == 0:
        return say("found_none")
    if found.count > MOST_COUNTED:
        return say("found_more", count=MOST_COUNTED)
    return say("found_some", count=found.count)


def _choices(facets: ResultFacets) -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in FILTERS}
    for key, count in sorted(facets.counts.items()):
        kind, _, value = key.partition("_")
        label = facets.names.get(key) or _label(kind, value)
        found[kind].append({"value": value, "label": label, "count": count})
    for kind in ("unit", "field", "ward"):
        found[kind].sort(key=lambda item: item["label"])
    found["period"].sort(key=lambda item: item["value"], reverse=True)
    return found


def _label(kind: str, value: str) -> str:
    if kind == "outcome":
        return outcome_label(value)
    if kind == "time":
        return say(f"time_{value}")
    year, _, month = value.partition("_")
    return f"{month}/{year}" if month else year


def is_chosen(search: ResultSearch, kind: str, value: str) -> bool:
    """Return whether the filter `kind` of the search has this value."""
    return kind in search.filters and filter_key(kind, search.filters[kind]) == f"{kind}_{value}"
