"""The published results as open data: CSV, JSON, and the read-only part of Open311 GeoReport v2."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from data_description import openapi
from figure_rows import FIGURE_COLUMNS
from flask import Response, jsonify, render_template, request
from page_words import say
from result_pages import ResultPages, asked_for, place_given, query_of
from status_pages import Answer, StatusPages
from xml_forms import in_form

from petitions.domain.files.sheets import csv_text
from petitions.domain.publishing.published import PublishedResult, ResultSearch
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.written import is_id, written_number
from petitions.errors import Rejected
from petitions.usecases.publishing.public_view import PublicView

CHANGED = "2026-11-27T00:00:00+07:00"
"""The time of the last change of the Open311 data format, which the standard wants to be published."""
MOST_ROWS = 200
"""The most results in one response."""
COLUMNS = {
    "id": "Số kết quả, không đổi (KQ-…) · stable id of the result",
    "summary": "Tóm tắt phản ánh đã công khai · published summary",
    "answer": "Câu trả lời đã công khai · published answer",
    "unit": "Mã đơn vị trả lời · code of the office",
    "unit_name": "Tên đơn vị · name of the office",
    "field": "Mã lĩnh vực · code of the field",
    "field_name": "Tên lĩnh vực · name of the field",
    "ward": "Mã phường, xã (danh mục hành chính) nếu có · ward code, if any",
    "ward_name": "Tên phường, xã · name of the ward",
    "outcome": "Kết quả: resolved, explained, no_grounds, amended, repealed, proposed, issued · outcome",
    "in_time": "true nếu tiếp nhận, chuyển và trả lời đều đúng hạn · whether all steps were in time",
    "filed_on": "Ngày gửi, ISO 8601 · day on which it was sent",
    "accepted_on": "Ngày tiếp nhận · day of acceptance",
    "answered_on": "Ngày trả lời · day of the answer",
    "published_on": "Ngày công khai · day of publication",
}
"""The columns of the results with their meanings, in Vietnamese and English."""


class OpenData:
    """Handlers of the addresses of the open data. `public_url` is the address of this site."""

    def __init__(self, pages: StatusPages, results: ResultPages, view: PublicView, public_url: str) -> None:
        self._pages = pages
        self._results = results
        self._view = view
        self._url = public_url

    def describe(self) -> Answer:
        return render_template("data.html", columns=COLUMNS, figures=FIGURE_COLUMNS, most=MOST_ROWS), HTTPStatus.OK

    def description(self) -> Answer:
        return jsonify(openapi(self._url, COLUMNS, FIGURE_COLUMNS))

    def as_json(self) -> Answer:
        """Return matching results as JSON, newest first, with the address of the next page in the `Link` header."""
        rows, link = self._rows("/data/results.json")
        return self._linked(jsonify(results=rows, licence="CC BY 4.0"), link)

    def as_csv(self) -> Answer:
        """Return matching results as UTF-8 CSV. Cells are escaped so that spreadsheets do not read them as formulas."""
        rows, link = self._rows("/data/results.csv")
        text = csv_text([*COLUMNS], [[_cell(row[column]) for column in COLUMNS] for row in rows])
        return self._linked(Response(text, mimetype="text/csv"), link)

    def services(self, form: str) -> Answer:
        """Return the fields of administration as Open311 services. `form` is `json` or `xml`."""
        names = self._view.facets()
        fields = {key: name for key, name in names.names.items() if key.startswith("field_")}
        known = [_service(key.removeprefix("field_"), name) for key, name in sorted(fields.items())]
        return in_form(form, "services", known)

    def requests(self, form: str) -> Answer:
        """Return the published results as Open311 service requests, as `json` or `xml`.

        The supported query parameters are `service_code`, `status` and `page_size`. All results have the status
        `closed`.
        """
        self._pages.check_reads()
        field = request.args.get("service_code", "")
        if request.args.get("status", "closed") != "closed" or (field and not is_id(field)):
            return in_form(form, "service_requests", [])
        search = ResultSearch(filters={"field": field} if field else {})
        found = self._view.results(search, _page_size())
        return in_form(form, "service_requests", [self._request(result) for result in found.results])

    def request_by_id(self, public_id: str, form: str) -> Answer:
        """Return a list with one result as an Open311 service request, as GeoReport v2 requires.

        Raise NotFound for an unknown id.
        """
        self._pages.check_reads()
        return in_form(form, "service_requests", [self._request(self._results.wanted(public_id))])

    def discovery(self, form: str) -> Answer:
        """Return the address of the Open311 service in the format of Open311 service discovery."""
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": f"{self._url}/open311/v2",
            "changeset": CHANGED,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        service = {"changeset": CHANGED, "contact": f"{self._url}/contact", "key_service": "", "endpoints": [endpoint]}
        return in_form(form, "discovery", service)

    def _rows(self, path: str) -> tuple[list[dict[str, Any]], str]:
        self._pages.check_reads()
        search = asked_for()
        if search.has_text_without_words:
            return [], ""
        found = self._view.results(search, MOST_ROWS, place_given(), newest_first=True)
        link = f'<{self._url}{path}{query_of(search, after=found.next)}>; rel="next"' if found.next else ""
        return [row_of(result) for result in found.results], link

    def _linked(self, response: Response, link: str) -> Response:
        if link:
            response.headers["Link"] = link
        return response

    def _request(self, result: PublishedResult) -> dict[str, Any]:
        return {
            "service_request_id": result.result_id,
            "status": "closed",
            "status_notes": result.result.answer,
            "service_name": result.field_name,
            "service_code": result.field,
            "description": result.result.summary,
            "agency_responsible": result.unit_name,
            "requested_datetime": result.steps[0].at.isoformat(timespec="seconds"),
            "updated_datetime": result.published_at.isoformat(timespec="seconds"),
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
            "address": result.ward_name,
        }


def row_of(result: PublishedResult) -> dict[str, Any]:
    """Return a published result as a dictionary with the columns of COLUMNS."""
    days = {f"{step.step}_on": hanoi(step.at).date().isoformat() for step in result.steps}
    return {
        "id": result.result_id,
        "summary": result.result.summary,
        "answer": result.result.answer,
        "unit": result.unit,
        "unit_name": result.unit_name,
        "field": result.field,
        "field_name": result.field_name,
        "ward": result.ward,
        "ward_name": result.ward_name,
        "outcome": result.outcome,
        "in_time": result.result.in_time,
    } | {name: days.get(name) for name in ("filed_on", "accepted_on", "answered_on", "published_on")}


def _cell(value: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


def _service(code: str, name: str) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": name,
        "description": name,
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": "",
    }


def _page_size() -> int:
    size = written_number(request.args.get("page_size", "50"), 3)
    if size is None or not 0 < size <= MOST_ROWS:
        raise Rejected(say("bad_request"), reason="wrong_page_size")
    return size
