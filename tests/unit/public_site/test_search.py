"""The search over published results tolerates spelling errors, finds codes, and logs no queries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from petitions.adapters.understanding import vocabulary
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import Publication
from petitions.domain.publishing import search_index
from petitions.domain.publishing.public import find_result_id, result_id
from petitions.ports.store import Fields, Query
from petitions.usecases.shared.published_index import PublishedIndex
from tests.unit.public_site.site import Published
from tests.unit.world import ID_KEY

BIRTH = ("Phường chậm trả kết quả đăng ký khai sinh", "Đã trả giấy, xin lỗi công dân.")
BUILDING = ("Hồ sơ cấp giấy phép xây dựng bị trả lại", "Giấy phép đã cấp.")
INSURANCE = ("Thẻ bảo hiểm y tế chưa được gia hạn", "Đã gia hạn thẻ, báo qua khai báo sinh sống.")


@pytest.fixture
def site() -> Published:
    return Published()


def published(site: Published, number: int, texts: tuple[str, str]) -> Petition:
    at = site.world.clock.now() + timedelta(minutes=5)  # after the answer is given
    return site.publishes(number, publication=Publication(summary=texts[0], answer=texts[1], by="h", at=at))


def publish(site: Published, number: int, texts: tuple[str, str]) -> str:
    return result_id(ID_KEY, published(site, number, texts).code)


def found(site: Published, query: str, path: str = "/results") -> list[str]:
    site.clock.at = site.world.clock.at
    page = site.client.get(path, query_string={"q": query}).text
    return re.findall(r'<h3 lang="vi"><a href="(?:/en)?/results/([^"]+)"', page)


@pytest.mark.parametrize("query", ["khia sinh", "khai sih", "dang ki khai sinh", "bao giờ thì có giấy khai sinh ạ"])
def test_what_is_meant_comes_first_and_not_what_is_newest(site: Published, query: str) -> None:
    birth, *_ = (publish(site, number, texts) for number, texts in enumerate((BIRTH, BUILDING, INSURANCE), 1))
    for path in ("/results", "/en/results"):
        assert found(site, query, path)[0] == birth


def test_of_equally_near_results_the_newest_comes_first(site: Published) -> None:
    ids = [publish(site, number, BIRTH) for number in range(1, 4)]
    assert found(site, "khai sinh") == ids[::-1]


def test_filters_and_pages_apply_to_search_results(site: Published) -> None:
    ids = [publish(site, number, BIRTH if number % 2 else BUILDING) for number in range(1, 43)]
    unit = published(site, 43, INSURANCE).unit
    pages, path = [], f"/results?q=khai+sinh&unit={unit}"
    while path:
        page = site.client.get(path).text
        pages.append(re.findall(r'<h3 lang="vi"><a href="/results/([^"]+)"', page))
        link = re.search(r'href="(/results\?[^"]*after=[^"]+)"', page)
        path = link[1].replace("&amp;", "&") if link else ""
    assert [len(page) for page in pages] == [20, 1]
    assert [found for page in pages for found in page] == ids[::-1][1::2]
    assert "Không có kết quả nào" in site.client.get("/results?q=khai+sinh&unit=SYT").text


def test_feed_and_data_give_matching_results_newest_first(site: Published) -> None:
    first, second = publish(site, 1, BIRTH), publish(site, 2, (BUILDING[0], "Đã cấp cùng giấy khai sinh."))
    assert found(site, "khai sinh") == [first, second]
    rows = site.client.get("/data/results.json?q=khai+sih").get_json()["results"]
    assert [row["id"] for row in rows] == [second, first]
    feed = site.client.get("/results.atom?q=khai+sih").text
    assert feed.index(second) < feed.index(first)


def test_unpublished_result_is_not_found(site: Published) -> None:
    petition = published(site, 1, BIRTH)
    assert len(found(site, "khai sinh")) == 1
    site.world.store.update(f"petitions/{petition.code}", {"state": "reopened", "version": 10})
    site.project(petition.code)
    site.world.clock.advance(minutes=2)
    assert found(site, "khai sinh") == []


def test_a_changed_publication_is_found_by_its_new_words(site: Published) -> None:
    petition = published(site, 1, BIRTH)
    changed = {"publication": {"summary": BUILDING[0], "answer": "b", "by": "h", "at": site.world.clock.now()}}
    site.world.store.update(f"petitions/{petition.code}", {**changed, "version": 10})
    site.project(petition.code)
    assert (len(found(site, "gpxd")), len(found(site, "khai sinh"))) == (1, 0)


@pytest.mark.parametrize("form", ["{}", "{lower}", "{spaces}", "{together}", " {lower_together} "])
def test_the_code_of_a_result_leads_to_it(site: Published, form: str) -> None:
    shown = publish(site, 1, BIRTH)
    spaces, together = shown.replace("-", " "), shown.replace("-", "")
    lower = {"lower": shown.lower(), "lower_together": together.lower()}
    typed = form.format(shown, spaces=spaces, together=together, **lower)
    answer = site.client.get("/results", query_string={"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/results/{shown}")
    assert site.client.post("/", data={"code": typed}).headers["Location"] == f"/results/{shown}"


def test_the_code_of_a_petition_leads_to_its_look_up(site: Published) -> None:
    code = site.publishes(1).code
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"{code[:-1]}{'X' if code[-1] != 'X' else 'Y'}",
    ):
        answer = site.client.get("/results", query_string={"q": typed})
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/?code="
        assert "không nhận mã trong địa chỉ" in site.client.get("/?code=").text
    assert site.client.get("/en/results", query_string={"q": code}).headers["Location"] == "/en/?code="


def test_words_that_look_like_a_code_are_searched(site: Published) -> None:
    assert find_result_id("kq giay phep khac")
    birth = publish(site, 1, ("KQ giấy phép khác nhau", "Đã cấp."))
    assert found(site, "kq giay phep khac") == [birth]


def test_the_first_page_has_the_search(site: Published) -> None:
    publish(site, 1, BIRTH)
    for path, action in (("/", "/results"), ("/en/", "/en/results")):
        page = site.client.get(path).text
        form = re.search(rf'<form[^>]*method="get" action="{action}" role="search">.*?</form>', page, re.DOTALL)
        assert form
        assert 'name="q"' in form[0]
        assert 'maxlength="200"' in form[0]


def test_long_query_is_cut_and_an_empty_one_explained(site: Published) -> None:
    publish(site, 1, BIRTH)
    assert len(found(site, "khai sinh " * 10_000)) == 1
    assert "ít nhất một từ" in site.client.get("/results?q=...").text


def test_search_text_is_not_logged(site: Published, capsys: pytest.CaptureFixture[str]) -> None:
    publish(site, 1, BIRTH)
    found(site, "khai sinh của bà Nguyễn Thị Bí Mật")
    site.public.get_all = None  # type: ignore[method-assign,assignment]
    assert site.client.get("/results?q=Bí+Mật+khai+sinh").status_code == 500
    output = capsys.readouterr()
    assert "public site failed" in output.out
    assert not re.search("Bí|B%C3%AD|khai", output.out + output.err)


def test_a_search_reads_the_counts_what_changed_and_what_it_shows(
    site: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "FULL", 700)
    for number in range(1, 60):
        publish(site, number, (f"{BIRTH[0]} lần {number * 7919} tại tổ {number * 104729}", BIRTH[1]))
    parts = sorted(site.public.paths("search"))
    assert len(parts) > 2
    read: list[str] = []
    get, get_all, find = site.public.get, site.public.get_all, site.public.find

    def noted_get(path: str) -> Fields | None:
        read.append(path)
        return get(path)

    def noted_all(paths: Sequence[str]) -> list[Fields | None]:
        read.extend(paths)
        return [get(path) for path in paths]

    def noted_find(query: Query) -> Any:
        read.append(query.collection)
        return find(query)

    changed: Mapping[str, Any] = {"get": noted_get, "get_all": noted_all, "find": noted_find}
    for name, noted in changed.items():
        monkeypatch.setattr(site.public, name, noted)
    PublishedIndex(site.public, vocabulary.search_words()).search("khai sinh")
    assert sorted(path for path in read if path.startswith("search/")) == parts
    found(site, "khai sinh")
    for query, shown in (("khai sin", 20), ("zzzz", 0)):
        read.clear()
        found(site, query)
        assert (read[0], len(read)) == ("site/results", 1 + shown)
    monkeypatch.setattr(site.public, "get_all", get_all)
    publish(site, 60, BUILDING)
    monkeypatch.setattr(site.public, "get_all", noted_all)
    read.clear()
    assert len(found(site, "gpxd")) == 1
    assert len([path for path in read if path.startswith("search/")]) == 1
