"""Published results are found by code, on the first page and in the list. Older answers are removed completely."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.petition.codes import find_code
from petitions.domain.publishing.public import result_id
from petitions.domain.shared.records import replace
from tests.unit.public_site.site import Published
from tests.unit.world import ID_KEY


@pytest.fixture
def site() -> Published:
    return Published()


def test_published_result_is_shown_by_code_on_the_first_page_and_in_the_list(site: Published) -> None:
    petition = site.publishes(1)
    by_code = site.client.post("/", data={"code": petition.code}).text
    site.clock.at = site.world.clock.at
    for page in (by_code, site.client.get("/").text, site.client.get("/results").text):
        assert "Tóm tắt 1 &lt;i&gt;" in page
        assert "Đã chấn chỉnh 1." in page
        assert "bà Lan" not in page
        assert "chỉ người gửi xem được" not in page
    answer = site.client.post("/api/status", data={"code": petition.code}).get_json()
    assert (answer["summary"], answer["answer"]) == ("Tóm tắt 1 <i>", "Đã chấn chỉnh 1.")


@pytest.mark.parametrize("state", [State.REOPENED, State.IN_PROGRESS, State.REDO, State.ANSWERED])
def test_result_published_before_a_reopening_is_hidden(site: Published, state: State) -> None:
    petition = site.publishes(1)
    site.world.store.update(f"petitions/{petition.code}", {"state": state, "version": 10})
    site.project(petition.code)
    assert "Tóm tắt 1" not in site.client.post("/", data={"code": petition.code}).text
    assert "Không có kết quả nào" in site.client.get("/results").text


def test_a_second_answer_is_not_shown_with_the_words_about_the_first(site: Published) -> None:
    petition = site.publishes(1)
    assert petition.reply is not None
    again = replace(petition.reply, approved_at=site.world.clock.now() + timedelta(days=3))
    closed = {"state": State.CLOSED, "reply": again.stored(), "version": 10}
    site.world.store.update(f"petitions/{petition.code}", closed)
    site.project(petition.code)
    assert "summary" not in site.client.post("/api/status", data={"code": petition.code}).get_json()


def test_results_are_paged_newest_first(site: Published) -> None:
    ids = [result_id(ID_KEY, site.publishes(number).code) for number in range(45)]
    seen, path = [], "/results"
    for length in (20, 20, 5):
        page = site.client.get(path).text
        found = re.findall(r'<h3 lang="vi"><a href="/results/([^"]+)"', page)
        assert len(found) == length
        seen += found
        link = re.search(r'href="(/results\?after=[^"]+)"', page)
        path = link[1] if link else ""
    assert path == ""
    assert seen == ids[::-1]


def test_no_list_names_the_code_of_a_petition(site: Published) -> None:
    """With thousands of listed codes, five guesses a day per code would open about two private views a day."""
    petitions = [site.publishes(number) for number in range(25)]
    site.clock.at = site.world.clock.at
    shown = result_id(ID_KEY, petitions[24].code)
    for path in ("/", "/results", f"/results/{shown}", f"/results/{shown.lower()}"):
        page = site.client.get(path).text
        assert shown in page
        assert find_code(page) in {None, "HN-250101-ABCD-EFGH"}
        assert not any(petition.code in page for petition in petitions)


def test_a_result_is_found_by_its_id_but_opens_nothing(site: Published) -> None:
    petition = site.publishes(1)
    shown = result_id(ID_KEY, petition.code)
    found = site.client.post("/", data={"code": f" {shown.lower()} "})
    assert (found.status_code, found.headers["Location"]) == (303, f"/results/{shown}")
    page = site.client.get(found.headers["Location"])
    assert (page.status_code, "Đã chấn chỉnh 1." in page.text, "digits" in page.text) == (200, True, False)
    for path in ("/results/KQ-0000-0000-0000", "/results/x", f"/results/{petition.code}"):
        assert site.client.get(path).status_code in {400, 404}
    assert site.client.post("/api/status", data={"code": shown}).status_code == 400


def test_id_of_a_result_does_not_reveal_the_code(site: Published) -> None:
    code = site.publishes(1).code
    assert result_id(ID_KEY, code) != result_id(b"another-key", code)
    many = {result_id(ID_KEY, f"HN-261127-0000-{number:04}") for number in range(5000)}
    assert len(many) == 5000


@pytest.mark.parametrize(
    "after", ["x", "2026-11-25T01:00:00/KQ-0000-0000-0000", "2026-11-25T01:00:00.000000Z/KQ-1", "/" * 9]
)
def test_a_link_to_a_page_that_nobody_made_is_refused(site: Published, after: str) -> None:
    assert site.client.get("/results", query_string={"after": after}).status_code == 400


def test_the_answer_was_in_time_or_not(site: Published) -> None:
    started = site.world.petitions()[0].clocks["reception"]
    day = timedelta(days=1)
    for number, (stopped, words) in enumerate(((started.due_at, "Đúng hạn"), (started.due_at + day, "Trễ hạn")), 1):
        clock = replace(started, name=ClockName.ANSWER, stopped_at=stopped)
        petition = site.publishes(number, clocks={ClockName.ANSWER: clock})
        assert words in site.client.post("/", data={"code": petition.code}).text
