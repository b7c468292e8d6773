"""The site's machine-readable data in standard formats: feed, CSV and JSON, Open311, schema.org, sitemap."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest

from petitions.domain.petition.stored_answer import Publication
from petitions.domain.publishing.public import result_id
from tests import georeport
from tests.unit.public_site.site import Published
from tests.unit.world import ID_KEY

URL = "https://pakn.example.vn"
FORMULA = '=HYPERLINK("https://x.vn")'


@pytest.fixture
def site() -> Published:
    site = Published()
    for number in range(3):
        site.publishes(number)
    site.clock.at = site.world.clock.at
    return site


def test_the_feed_is_an_atom_feed_of_the_newest_that_fit(site: Published) -> None:
    answer = site.client.get("/results.atom?q=chan+chinh")
    found = feedparser.parse(answer.text)
    assert (answer.mimetype, found.bozo, found.version) == ("application/atom+xml", False, "atom10")
    assert [entry.summary for entry in found.entries] == [f"Tóm tắt {number} <i>" for number in (2, 1, 0)]
    assert all(entry.link == entry.id and entry.link.startswith(f"{URL}/results/KQ-") for entry in found.entries)
    assert feedparser.parse(site.client.get("/results.atom?q=khongco").text).entries == []


def test_csv_and_json_give_the_same_rows_in_pages(site: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    import open_data  # noqa: PLC0415 - conftest has put it on the path

    monkeypatch.setattr(open_data, "MOST_ROWS", 2)
    rows, path = [], "/data/results.json"
    while path:
        answer = site.client.get(path)
        rows += answer.get_json()["results"]
        link = re.fullmatch(rf'<{URL}(/\S+)>; rel="next"', answer.headers.get("Link", ""))
        path = link[1] if link else ""
    monkeypatch.undo()
    table = site.client.get("/data/results.csv")
    assert table.mimetype == "text/csv"
    read = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [item["id"] for item in read] == [row["id"] for row in rows]
    assert len(rows) == 3
    assert list(read[0]) == list(open_data.COLUMNS) == list(rows[0])


def test_every_count_of_the_page_of_results_is_recounted_from_the_open_data(site: Published) -> None:
    for number in range(5, 9):
        site.publishes(number, unit="SXD", ward="PX-00175" if number % 2 else None)
    site.clock.at = site.world.clock.at
    rows = site.client.get("/data/results.json").get_json()["results"]
    page = site.client.get("/results").text
    assert f">{len(rows)} kết quả<" in page
    filters = dict(re.findall(r'<select id="(\w+)" name="\w+">(.*?)</select>', page, re.DOTALL))
    assert set(filters) >= {"unit", "field", "ward", "period"}
    for kind, column in (("unit", "unit"), ("field", "field"), ("ward", "ward"), ("period", "published_on")):
        for value, count in re.findall(r'<option value="([^"]+)"[^>]*>[^<]* \((\d+)\)</option>', filters[kind]):
            keys = [re.sub(r"\W", "_", str(row[column] or "")) for row in rows]
            fits = [item for item in keys if (item.startswith(value) if kind == "period" else item == value)]
            assert len(fits) == int(count) > 0, (kind, value)
            found = site.client.get("/data/results.json", query_string={kind: value}).get_json()["results"]
            assert len(found) == int(count), (kind, value)


def test_a_cell_is_never_a_formula(site: Published) -> None:
    petition = site.publishes(9)
    words = Publication(summary=FORMULA, answer="+84", by="h", at=site.world.clock.now())
    site.world.store.update(f"petitions/{petition.code}", {"publication": words.stored(), "version": 20})
    site.project(petition.code)
    (first, *_) = csv.reader(io.StringIO(site.client.get("/data/results.csv").text.partition("\n")[2]))
    assert first[1:3] == [f"'{FORMULA}", "'+84"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_open311_answers_have_the_form_of_georeport_v2(site: Published, form: str) -> None:
    def asks(path: str, name: str, expected: int = 200, **asked: str) -> list[dict[str, Any]]:
        answer = site.client.get(f"/open311/v2/{path}.{form}", query_string=asked)
        assert (answer.status_code, answer.mimetype) == (
            expected,
            {"json": "application/json", "xml": "text/xml"}[form],
        )
        if form == "json":
            found = answer.get_json()
            jsonschema.validate(found, georeport.SCHEMAS[name])
            return georeport.as_xml_says(found)
        root, items = georeport.read_xml(answer.text)
        assert root == name
        return items

    services = asks("services", "services")
    code = str(services[0]["service_code"])
    found = asks("requests", "service_requests", service_code=code, status="closed", page_size="2")
    assert len(found) == 2
    assert asks(f"requests/{found[0]['service_request_id']}", "service_requests") == found[:1]
    assert asks("requests", "service_requests", status="open") == []
    assert asks("requests", "errors", 400, page_size="x")[0]["code"] == "400"
    assert asks("requests/KQ-0000-0000-0000", "errors", 404)[0]["code"] == "404"


def test_xml_and_json_of_open311_have_the_same_content(site: Published) -> None:
    petition = site.publishes(9)
    words = Publication(summary="a\x0b<b>&\uffff ]]>", answer="\x00x", by="h", at=site.world.clock.now())
    site.world.store.update(f"petitions/{petition.code}", {"publication": words.stored(), "version": 20})
    site.project(petition.code)
    response = site.client.get("/open311/v2/requests.xml")
    found = georeport.as_xml_says(site.client.get("/open311/v2/requests.json").get_json())
    found[0] |= {"description": "a<b>& ]]>", "status_notes": "x"}
    assert georeport.read_xml(response.text) == ("service_requests", found)
    assert feedparser.parse(site.client.get("/results.atom").text).bozo is False
    discovery = ET.fromstring(site.client.get("/open311/discovery.xml").text)  # noqa: S314 - our own
    assert discovery.findtext("endpoints/endpoint/url") == f"{URL}/open311/v2"
    assert site.client.get("/open311/v2/services").status_code == 404


def test_the_description_by_openapi_names_every_address_that_is_there(site: Published) -> None:
    description = site.client.get("/data/openapi.json").get_json()
    assert description["openapi"] == "3.1.0"
    shown = site.client.get("/data/results.json").get_json()["results"][0]
    assert list(description["components"]["schemas"]["Result"]["properties"]) == list(shown)
    for path, item in description["paths"].items():
        forms = item["get"]["responses"]["200"]["content"]
        for form in forms:
            ending = form.rpartition("/")[2]
            answer = site.client.get(path.replace("{form}", ending).replace("{id}", shown["id"]))
            assert (answer.status_code, answer.mimetype) == (200, form), path
    rules = [iter_rule.rule for iter_rule in site.app.url_map.iter_rules()]
    machine = {rule for rule in rules if re.match(r"/(data/.|open311|results\.atom)", rule)} - {"/data/openapi.json"}
    assert {re.sub(r"{\w+}", "{}", path) for path in description["paths"]} == {
        re.sub(r"<[^>]+>", "{}", rule) for rule in machine
    }


def test_result_gives_search_engines_question_and_answer(site: Published) -> None:
    petition = site.publishes(4)
    page = site.client.get(f"/results/{result_id(ID_KEY, petition.code)}").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    schema = json.loads(block[1])
    assert (schema["@type"], schema["mainEntity"]["acceptedAnswer"]["text"]) == ("QAPage", "Đã chấn chỉnh 4.")
    assert 'property="og:title" content="Tóm tắt 4 &lt;i&gt;"' in page


def test_the_sitemap_leads_to_pages_that_are_there(site: Published) -> None:
    assert f"Sitemap: {URL}/sitemap.xml" in site.client.get("/robots.txt").text
    found = ET.fromstring(site.client.get("/sitemap.xml").text)  # noqa: S314 - our own
    addresses = [element.text or "" for element in found.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(addresses) == 18 + 3
    assert {site.client.get(address.removeprefix(URL)).status_code for address in addresses} == {200}


def test_the_page_about_the_data_names_every_column_and_address(site: Published) -> None:
    import open_data  # noqa: PLC0415

    page = site.client.get("/data").text
    assert all(f">{column}</th>" in page for column in open_data.COLUMNS)
    for path in re.findall(r'<td><a href="(/[^"]+)"', page):
        assert site.client.get(path).status_code == 200
