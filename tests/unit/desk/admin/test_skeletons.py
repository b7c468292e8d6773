from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import SEEDS, parsed
from petitions.domain.petition.answer_templates import differences, faults
from petitions.domain.petition.answering import AnswerTemplate
from petitions.domain.shared.records import replace
from petitions.usecases.reference.load_reference import LoadReference
from tests.unit.desk.office import Browser, Office

LIST = "/admin/answers"
SHIPPED = [item["id"] for item in parsed("answers.json")["templates"]]
TEXT = "Kính gửi ông/bà,\n\nĐơn vị đã xử lý xong ngày [ngày xong]."


def seen(admin: Browser) -> str:
    return str(admin.shown(LIST)["listed"].seen)


def ids(office: Office) -> list[str]:
    return [template.id for template in reference.ReferenceInForce(office.store, office.clock)().answers.templates]


def put(admin: Browser, template_id: str = "new", **fields: str) -> Any:
    given = {"name": "Đã xong", "text": TEXT, "basis": "", "seen": seen(admin), **fields}
    return admin.submit(f"{LIST}/{template_id}", **given)


def place(admin: Browser, template_id: str, do: str) -> Any:
    return admin.submit(f"{LIST}/{template_id}/place", do=do, seen=seen(admin))


def test_a_skeleton_is_added_edited_moved_and_removed_under_the_same_id() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert put(admin, text=TEXT.replace("\n", "\r\n")).status_code == 303
    fresh = ids(office)[-1]
    assert ids(office) == [*SHIPPED, fresh]
    assert put(admin, fresh, name="Đã xử lý xong", basis="Luật Đất đai").status_code == 303
    assert place(admin, fresh, "up").status_code == 303
    assert ids(office) == [*SHIPPED[:-1], fresh, SHIPPED[-1]]
    kept = next(template for template in admin.shown(LIST)["listed"].templates if template.id == fresh)
    assert kept == AnswerTemplate(id=fresh, name="Đã xử lý xong", text=TEXT, basis="Luật Đất đai")
    assert place(admin, fresh, "remove").status_code == 303
    assert ids(office) == SHIPPED
    history = unescape(admin.see(LIST).text.split('id="history"')[1])
    for words in ("Thêm: Đã xong", "Sửa: Đã xử lý xong (trước đây: Đã xong)", "Đổi thứ tự", "Bỏ: Đã xử lý xong"):
        assert words in history
    assert history.count("Đặng Quốc Bảo") == 4


def test_a_former_list_and_the_one_that_ships_are_taken_back() -> None:
    office = Office()
    admin = office.at_desk("admin")
    put(admin)
    put(admin, name="Đã chuyển", text="Đã chuyển tới [nơi nhận].")
    versions = re.findall(r'href="/admin/answers\?version=([^"]+)"', admin.see(LIST).text)
    page = admin.see(f"{LIST}?version={versions[1]}").text
    assert "Lấy lại danh sách này" in page
    assert admin.submit(LIST, version=versions[1], seen=seen(admin)).status_code == 303
    assert len(ids(office)) == len(SHIPPED) + 1
    assert admin.submit(LIST, version="shipped", seen=seen(admin)).status_code == 303
    assert ids(office) == SHIPPED
    for version in ("none", "a/b"):
        assert admin.see(f"{LIST}?version={version}").status_code == 404
        assert admin.submit(LIST, version=version, seen=seen(admin)).status_code == 404


def test_simultaneous_publication_is_not_overwritten_and_the_typed_values_are_kept() -> None:
    office = Office()
    mine, theirs = office.at_desk("admin"), office.at_desk("admin")
    before = seen(mine)
    assert put(theirs, "handled", name="Xong rồi").status_code == 303
    answer = put(mine, "handled", name="Của tôi", seen=before)
    assert answer.status_code == 409
    assert "người công bố phiên bản khác" in answer.text
    assert "Đang có hiệu lực: Xong rồi" in answer.text
    assert 'value="Của tôi"' in answer.text
    for conflict in (
        mine.submit(f"{LIST}/handled/place", do="remove", seen=before),
        mine.submit(LIST, version="shipped", seen=before),
    ):
        assert conflict.status_code == 409
    assert ids(office) == SHIPPED


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "tên mẫu"),
        ({"text": ""}, "xin ghi nội dung"),
        ({"text": "Ngày [ngày"}, "ngoặc vuông"),
        ({"text": "Ngày []"}, "ngoặc vuông"),
        ({"text": "Ngày [a [b] c]"}, "ngoặc vuông"),
        ({"text": "x" * 5001}, "tối đa 5000"),
        ({"basis": "[văn bản"}, "ngoặc vuông"),
        ({"basis": "x" * 501}, "căn cứ dài quá"),
        ({"text": "a\x07b"}, "điều khiển"),
        ({"name": "Đã kiểm tra và xử lý"}, "hai mẫu cùng tên"),
    ],
)
def test_faults_are_reported_in_words(wrong: dict[str, str], words: str) -> None:
    office = Office()
    answer = put(office.at_desk("admin"), **wrong)
    assert answer.status_code == 400
    assert words in answer.text
    assert not office.store.paths("audit")


def test_two_of_one_id_and_too_many_are_faults_and_equal_lists_have_no_differences() -> None:
    one = AnswerTemplate(id="a", name="A", text="x", basis="")
    assert faults([one, replace(one, name="B")]) == ["Một mẫu xuất hiện hai lần."]
    many = [AnswerTemplate(id=f"a{number}", name=f"{number}", text="x", basis="") for number in range(51)]
    assert faults(many) == ["Tối đa 50 mẫu."]
    assert differences([one], [one]) == []


def test_the_citys_skeletons_outlive_a_newer_release() -> None:
    office = Office()
    loading = LoadReference(office.store, office.clock)
    seeds = {kind: parsed(file) for kind, file in SEEDS.items()}
    loading.apply(loading.plan(seeds))
    put(office.at_desk("admin"))
    assert loading.plan({**seeds, "answers": {**seeds["answers"], "version": "newer"}}).lines == []


def test_pages_cost_few_queries() -> None:
    office = Office()
    admin = office.at_desk("admin")
    put(admin)
    for path in (LIST, f"{LIST}/handled", f"{LIST}/new"):
        before = office.store.calls  # type: ignore[attr-defined]
        assert admin.see(path).status_code == 200
        assert office.store.calls - before <= 5  # type: ignore[attr-defined]
    assert admin.see(f"{LIST}/none").status_code == 404
    assert put(admin, "none").status_code == 404
    assert place(admin, "none", "up").status_code == 404
