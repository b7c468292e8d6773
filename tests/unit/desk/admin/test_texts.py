"""Administrators change texts to citizens: search, checks, preview, publication, reversal, conflicting edits."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import SEEDS, parsed
from petitions.usecases.reference.load_reference import LoadReference
from tests.unit.desk.office import Browser, Office

SHIPPED: dict[str, str] = parsed("texts.vi.json")
ENGLISH: dict[str, str] = parsed("texts.en.json")
PATH = "/admin/texts/rated"
NEW = "Xin cảm ơn anh/chị đã đánh giá."


def field_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def written(page: str, kind: str = "texts") -> str:
    found = re.search(rf'<textarea id="{kind}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def send(admin: Browser, do: str, words: str = NEW, page: str | None = None, **more: Any) -> Any:
    page = admin.see(PATH).text if page is None else page
    fields = {"seen": field_of(page, "seen"), "previewed": field_of(page, "previewed")}
    return admin.submit(PATH, **{**fields, "texts": words, "texts_en": ENGLISH["rated"], "do": do, **more})


def published(admin: Browser, words: str = NEW) -> Any:
    return send(admin, "publish", words, send(admin, "preview", words).text)


def in_force(office: Office) -> reference.ReferenceSet:
    return reference.ReferenceInForce(office.store, office.clock)()


def test_texts_are_found_by_words_without_marks_by_id_and_by_place() -> None:
    admin = Office().at_desk("admin")
    assert admin.see("/admin/texts").text.count("<tr>") == len(SHIPPED.keys() | ENGLISH.keys()) + 1
    for wanted in ("cam on danh gia", "rated_low", "Zalo: tra cứu"):
        found = admin.see(f"/admin/texts?{urlencode({'q': wanted})}").text
        assert 1 < found.count("<tr>") < 30
    assert "Không có câu nào khớp" in admin.see("/admin/texts?q=xyzxyz").text


def test_text_is_published_after_preview_and_others_follow_the_software() -> None:
    office = Office()
    admin = office.at_desk("admin")
    before = dict(office.store.documents)
    tried = send(admin, "preview")
    assert NEW in tried.text
    assert office.store.documents == before
    assert send(admin, "publish", page=tried.text).status_code == 303
    assert in_force(office).texts.render("rated") == NEW
    (version,) = (path for path in office.store.paths("reference") if path.startswith("reference/texts:"))
    assert office.store.documents[version]["data"] == f'{{"rated":"{NEW}"}}'
    page = admin.see(PATH).text
    assert "Đặng Quốc Bảo" in page.split("Lịch sử câu này")[1]
    assert NEW in page.split("Lịch sử câu này")[1]
    (audit,) = (office.store.documents[path] for path in office.store.paths("audit"))
    assert (audit["action"], audit["subject"]) == ("texts_published", "text:rated")
    assert "Đã sửa" in admin.see("/admin/texts?q=rated").text


def test_publishing_needs_a_preview_of_exactly_these_words() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert send(admin, "publish").status_code == 409
    tried = send(admin, "preview").text
    answer = send(admin, "publish", f"{NEW} Hẹn gặp lại.", tried)
    assert answer.status_code == 409
    assert "xem trước đúng nội dung này" in answer.text
    assert written(answer.text) == f"{NEW} Hẹn gặp lại."
    assert not office.store.paths("audit")


def test_former_words_and_those_that_ship_are_taken_back() -> None:
    office = Office()
    admin = office.at_desk("admin")
    for words in (NEW, "Cảm ơn anh/chị rất nhiều."):
        assert published(admin, words).status_code == 303
    back = re.findall(r'href="(/admin/texts/rated\?back=\w+)"', admin.see(PATH).text)
    assert written(admin.see(back[-1]).text) == NEW
    assert written(admin.see(f"{PATH}?back=shipped").text) == SHIPPED["rated"]
    assert published(admin, SHIPPED["rated"]).status_code == 303
    assert in_force(office).texts.render("rated") == SHIPPED["rated"]
    assert len(office.store.paths("audit")) == 3


def test_simultaneous_publication_is_not_overwritten() -> None:
    office = Office()
    mine, theirs = office.at_desk("admin"), office.at_desk("admin")
    tried = send(mine, "preview").text
    assert published(theirs, "Cảm ơn.").status_code == 303
    answer = send(mine, "publish", page=tried)
    assert answer.status_code == 409
    assert "Đã có người đổi câu này" in answer.text
    assert written(answer.text) == NEW
    assert "Cảm ơn." in answer.text
    assert in_force(office).texts.render("rated") == "Cảm ơn."
    again = send(mine, "preview", page=answer.text)  # seen now, and wanted all the same
    assert send(mine, "publish", page=again.text).status_code == 303


def test_a_change_of_another_text_meanwhile_stays() -> None:
    office = Office()
    admin = office.at_desk("admin")
    tried = send(admin, "preview").text
    other = "/admin/texts/back_none"
    given = {"texts": "Đây là bước đầu.", "texts_en": "First step.", "seen": field_of(admin.see(other).text, "seen")}
    shown = admin.shown_after(other, do="preview", **given)
    previewed = shown["shown"].change.previewed
    assert shown["messages"] == {"texts": ["Đây là bước đầu."], "texts_en": ["First step."]}
    assert in_force(office).texts.render("back_none") == SHIPPED["back_none"]
    assert admin.submit(other, do="publish", previewed=previewed, **given).status_code == 303
    assert send(admin, "publish", page=tried).status_code == 303
    texts = in_force(office).texts
    assert (texts.render("rated"), texts.render("back_none")) == (NEW, "Đây là bước đầu.")
    assert texts.to("en").render("back_none") == "First step."
    history = admin.shown(other)["history"]
    assert {item.kind: item.words for item in history} == {
        "texts": "Đây là bước đầu.",
        "texts_en": "First step.",
    }


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "đang trống"),
        ("Mã $code", "Không có chỗ điền: $code"),
        ("*Cảm ơn*", "định dạng"),
        ("x" * 2001, "tối đa 2000"),
    ],
)
def test_faults_are_reported_in_words_and_the_typed_values_are_kept(words: str, fault: str) -> None:
    office = Office()
    answer = send(office.at_desk("admin"), "publish", words)
    assert answer.status_code == 400
    assert fault in answer.text
    assert written(answer.text) == words
    assert not office.store.paths("audit")


def test_a_text_is_kept_in_nfc_with_one_kind_of_line_end_and_shown_as_it_is_split() -> None:
    office = Office()
    admin = office.at_desk("admin")
    typed = unicodedata.normalize("NFD", f"  {NEW}\r\nHẹn gặp lại.\r\n")
    assert send(admin, "publish", typed, send(admin, "preview", typed).text).status_code == 303
    assert in_force(office).texts.render("rated") == f"{NEW}\nHẹn gặp lại."


def test_the_citys_own_texts_outlive_a_newer_release_and_the_rest_is_the_newer_ones() -> None:
    office = Office()
    loading = LoadReference(office.store, office.clock)
    seeds = {kind: parsed(file) for kind, file in SEEDS.items()}
    loading.apply(loading.plan({**seeds, "texts": {**SHIPPED, "back_none": "Câu của bản trước."}}))
    assert published(office.at_desk("admin")).status_code == 303
    office.clock.advance(minutes=2)
    assert loading.plan(seeds).lines == []
    texts = in_force(office).texts
    assert (texts.render("rated"), texts.render("back_none")) == (NEW, SHIPPED["back_none"])


def test_a_page_costs_few_queries_and_an_unknown_text_is_not_there() -> None:
    office = Office()
    admin = office.at_desk("admin")
    published(admin)
    for path in ("/admin/texts", PATH):
        before = office.store.calls  # type: ignore[attr-defined]
        assert admin.see(path).status_code == 200
        assert office.store.calls - before <= 5  # type: ignore[attr-defined]
    assert admin.see("/admin/texts/none").status_code == 404
    assert admin.submit("/admin/texts/none", texts="x", seen="").status_code == 404
