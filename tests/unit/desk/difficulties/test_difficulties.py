from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest

from petitions.domain.difficulties.difficulty import DifficultyState
from petitions.domain.files.attachment import copy_name
from tests import media
from tests.unit.desk.difficulties.reported import ANSWER, TOLD, does, reported, stored
from tests.unit.desk.office import Browser, Office
from tests.unit.world import USER


@pytest.fixture
def office() -> Office:
    return Office()


def news(browser: Browser, since: Any) -> str:
    return browser.see(f"/live?since={quote(since.isoformat())}").text


def test_ward_reports_a_difficulty_reads_the_answer_and_confirms_that_it_helped(office: Office) -> None:
    unit, coordinator = office.at_desk("sxd-officer"), office.at_desk("coordinator")
    since = office.clock.now()
    difficulty = reported(office)
    assert (difficulty.unit, difficulty.state, difficulty.version) == ("SXD", DifficultyState.NEW, 1)
    assert TOLD[:60] in coordinator.see("/difficulties").text
    assert f'data-to="/difficulties/{difficulty.id}"' in news(coordinator, since)
    assert "data-news" not in news(unit, since)
    assert does(coordinator, difficulty, "arrange", group="Mẫu trả lời", assigned="STC", due="2026-12-01") == 303
    arranged = stored(office, difficulty.id)
    assert (arranged.state, arranged.group, arranged.assigned) == (DifficultyState.ASSIGNED, "Mẫu trả lời", "STC")
    page = unit.see(f"/difficulties/{difficulty.id}").text
    assert "Sở Tài chính" in page
    assert "01/12/2026" in page
    office.clock.advance(minutes=1)
    before = office.clock.now()
    assert does(coordinator, arranged, "answer", text=ANSWER) == 303
    assert "Trả lời (khó khăn)" in news(unit, before)
    assert ANSWER in unit.see(f"/difficulties/{difficulty.id}").text
    assert (
        does(coordinator, stored(office, difficulty.id), "link", kind="reference", version_of="answers 2026-4") == 303
    )
    assert does(unit, stored(office, difficulty.id), "judge", helped="1") == 303
    done = stored(office, difficulty.id)
    assert (done.state, done.helped, done.changes[0].what) == (DifficultyState.CLOSED, True, "answers 2026-4")
    assert "Mẫu trả lời, phiên bản 2026-4" in unit.see(f"/difficulties/{difficulty.id}").text
    assert TOLD[:60] in unit.see("/difficulties?closed=1").text
    actions = [item["action"] for path, item in office.store.documents.items() if path.startswith("audit/")]
    assert [action.removeprefix("difficulty_") for action in actions if "difficulty" in action] == [
        "report", "arrange", "answer", "link", "helped",
    ]  # fmt: skip


def test_an_answer_that_did_not_help_is_owed_again_even_if_it_was_closed(office: Office) -> None:
    unit, coordinator = office.at_desk("sxd-head"), office.at_desk("coordinator")
    difficulty = reported(office)
    does(coordinator, difficulty, "answer", text=ANSWER)
    does(coordinator, stored(office, difficulty.id), "close", text="")
    assert stored(office, difficulty.id).state is DifficultyState.CLOSED
    seen = stored(office, difficulty.id)
    assert does(unit, seen, "judge", helped="0", text="  ") == 400
    assert does(unit, seen, "judge", helped="0", text="Mẫu vẫn như cũ") == 303
    again = stored(office, difficulty.id)
    assert (again.state, again.helped, again.closed_at) == (DifficultyState.NEW, False, None)
    assert "Mẫu vẫn như cũ" in coordinator.see(f"/difficulties/{difficulty.id}").text


def test_second_of_two_coordinators_sees_the_first_ones_name_and_loses_nothing(office: Office) -> None:
    difficulty = reported(office)
    first, second = office.at_desk("coordinator"), office.at_desk("coordinator")
    does(first, difficulty, "answer", text=ANSWER)
    office.store.update("officers/coordinator", {"name": "Nguyễn Thu Hương"})
    mine = "Đề nghị Sở làm theo hướng dẫn số 12"
    refused = second.submit(f"/difficulties/{difficulty.id}/answer", version=difficulty.version, text=mine)
    assert refused.status_code == 409
    assert "đã thao tác trước ở khó khăn này (Trả lời)" in refused.text
    assert mine in refused.text
    assert stored(office, difficulty.id).answer == ANSWER
    assert second.submit(f"/difficulties/{difficulty.id}/close", version=difficulty.version).status_code == 409
    sent_twice = first.submit(f"/difficulties/{difficulty.id}/answer", version=difficulty.version, text=ANSWER)
    assert sent_twice.status_code == 303
    assert len(stored(office, difficulty.id).steps) == 2


def test_alike_ones_are_answered_together_and_those_that_were_answered_keep_their_answer(office: Office) -> None:
    coordinator = office.at_desk("coordinator")
    difficulties = [reported(office, who, f"form-{who}") for who in ("sxd-officer", "syt-officer", "sxd-head")]
    for difficulty in difficulties:
        does(coordinator, difficulty, "arrange", group="Mẫu trả lời")
    answered = stored(office, difficulties[2].id)
    does(coordinator, answered, "answer", text="Đã trả lời riêng")
    page = coordinator.see(f"/difficulties/{difficulties[0].id}").text
    assert "Trả lời chung cho 1 khó khăn khác" in page
    seen = stored(office, difficulties[0].id)
    assert does(coordinator, seen, "answer", text=ANSWER, together="1") == 303
    assert [stored(office, difficulty.id).answer for difficulty in difficulties] == [ANSWER, ANSWER, "Đã trả lời riêng"]


def test_identifying_data_is_not_stored(office: Office) -> None:
    petition = office.filed_in("SXD")
    text = "Chị Nguyễn Thị Lan, 0912 345 678, CCCD 001099012345 gọi mãi, không sửa được số máy"
    difficulty = reported(office, text=text, code=petition.code, page=f"/petitions/{petition.code}?x=1")
    assert difficulty.code == petition.code
    assert difficulty.page == ""
    for word in ("Lan", "0912", "001099012345"):
        assert word not in difficulty.text
    assert "không sửa được số máy" in difficulty.text
    bare = reported(office, key="form-0002", text=f"Gọi 0912345678 không được, thư a@b.vn cũng không. {USER}")
    assert bare.text == "Gọi [điện thoại] không được, thư [email] cũng không. [số]"
    does(office.at_desk("coordinator"), difficulty, "answer", text="Chị Lan gọi 0912345678 giúp")
    assert "0912345678" not in str(office.store.documents[f"difficulties/{difficulty.id}"])


def test_foreign_petition_cannot_be_named_and_codes_are_shown_to_their_readers(office: Office) -> None:
    petition = office.filed_in("SXD")
    other = office.at_desk("syt-officer")
    refused = other.submit("/difficulties", key="form-0009", kind="data", text=TOLD, code=petition.code)
    assert refused.status_code == 400
    assert TOLD in refused.text
    difficulty = reported(office, code=petition.code.lower())
    coordinator = office.at_desk("coordinator")
    does(coordinator, difficulty, "arrange", assigned="SYT")
    assert petition.code in coordinator.see(f"/difficulties/{difficulty.id}").text
    page = other.see(f"/difficulties/{difficulty.id}")
    assert page.status_code == 200
    assert petition.code not in page.text
    assert does(other, stored(office, difficulty.id), "answer", text=ANSWER) == 303
    office.store.update(f"petitions/{petition.code}", {"accused": "SYT"})
    assert other.see(f"/difficulties/{difficulty.id}").status_code == 404
    assert TOLD[:40] not in other.see("/difficulties").text


def test_file_is_stored_as_a_cleaned_copy_for_readers_of_the_difficulty(office: Office) -> None:
    files = [(io.BytesIO(media.jpeg()), "màn hình.jpg"), (io.BytesIO(media.PDF), "huongdan.pdf")]
    difficulty = reported(office, files=files)
    picture, paper = difficulty.files
    kept, _ = office.kept.objects[copy_name(picture.object, picture.sha256)]
    assert media.LATITUDE_WORDS not in kept
    for who, status in (("coordinator", 200), ("sxd-head", 200), ("inspector", 200), ("syt-officer", 404)):
        assert office.at_desk(who).see(f"/difficulties/{difficulty.id}/files/{picture.id}").status_code == status
    saved = office.at_desk("coordinator").see(f"/difficulties/{difficulty.id}/files/{paper.id}")
    assert saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''huongdan.pdf"
    wrong = {"key": "form-0003", "kind": "data", "text": TOLD, "files": (io.BytesIO(b"MZ"), "x.exe")}
    refused = office.at_desk("sxd-officer").submit("/difficulties", **wrong)
    assert refused.status_code == 400
    assert "Xin chọn lại tệp" in refused.text
    assert "difficulties/form-0003" not in office.store.documents


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": ""}, "Xin chọn loại"),
        ({"text": "ngắn"}, "Xin mô tả khó khăn"),
        ({"key": "../x"}, "Trang này đã cũ"),
        ({"code": "HN-261123-0000-0001"}, "Không có hồ sơ"),
    ],
)
def test_a_report_that_lacks_something_comes_back_with_words(
    office: Office, fields: dict[str, str], words: str
) -> None:
    given = {"key": "form-0001", "kind": "data", "text": TOLD, **fields}
    refused = office.at_desk("sxd-officer").submit("/difficulties", **given)
    assert refused.status_code == 400
    assert words in refused.text
    assert given["text"] in refused.text
    assert not office.store.paths("difficulties")


def test_the_same_form_twice_is_one_report_and_nobody_takes_anothers_key(office: Office) -> None:
    first = reported(office)
    assert reported(office, text=f"{TOLD} sửa") == first
    taken = office.at_desk("syt-officer").submit("/difficulties", key="form-0001", kind="data", text=TOLD)
    assert taken.status_code == 409


def test_every_page_links_to_the_report_form_with_its_own_address(office: Office) -> None:
    petition, officer = office.filed_in("SXD"), office.at_desk("sxd-officer")
    for path in ("/", "/search", "/figures", "/contacts", "/me", f"/petitions/{petition.code}", "/take-in"):
        assert f'href="/difficulties/new?from={path}"' in officer.see(path).text, path
    form = officer.see(f"/difficulties/new?from=/petitions/{petition.code}").text
    assert f'name="code" maxlength="30" autocomplete="off" value="{petition.code}"' in form
    difficulty = reported(office, page="/figures")
    assert "ở Số liệu" in officer.see(f"/difficulties/{difficulty.id}").text
    assert office.at_desk("admin").see("/difficulties/new?from=/admin").status_code == 200


def test_the_list_of_a_quarter_has_groups_units_results_and_counts(office: Office) -> None:
    coordinator = office.at_desk("coordinator")
    for place, who in enumerate(("sxd-officer", "sxd-head", "syt-officer")):
        difficulty = reported(office, who, f"form-{place}000", text=f"{TOLD} ({place})")
        does(coordinator, difficulty, "arrange", group="Mẫu trả lời", assigned="STC", due="2026-12-01")
    alone = reported(office, "syt-head", "form-alone", kind="system", text="=Cổng quốc gia báo lỗi khi đồng bộ")
    does(coordinator, stored(office, "form-0000"), "answer", text=ANSWER)
    does(office.at_desk("sxd-officer"), stored(office, "form-0000"), "judge", helped="1")
    page = office.at_desk("inspector").see("/difficulties/quarter").text
    assert "DANH MỤC KHÓ KHĂN, VƯỚNG MẮC" in page
    assert "Từ 01/10/2026 đến trước ngày 01/01/2027" in page  # the days in Hanoi, as they were asked for
    assert 'value="2026-10-01"' in page
    assert 'value="2027-01-01"' in page
    assert page.index("Phần mềm, kết nối") < page.index("Danh mục, mẫu, thời hạn")
    found = coordinator.shown("/difficulties/quarter?since=2026-10-01&until=2027-01-01")["found"]
    assert [(group.group, row.unit, len(row.found)) for group in found.groups for row in group.rows] == [
        ("", "SYT", 1), ("Mẫu trả lời", "SXD", 2), ("Mẫu trả lời", "SYT", 1),
    ]  # fmt: skip
    counts = found.counts
    assert (counts["SXD"].reported, counts["SXD"].helped, counts["SXD"].open) == (2, 1, 1)
    rows = list(csv.reader(io.StringIO(coordinator.see("/difficulties/quarter.csv").text.removeprefix("\ufeff"))))
    assert rows[1][4] == f"'{alone.text}"
    assert [row[3] for row in rows[1:]] == ["1", "2", "1"]
    assert ANSWER in rows[2][7]
    before = coordinator.shown("/difficulties/quarter?since=2026-07-01&until=2026-10-01")["found"]
    assert list(before.groups) == []
    after = coordinator.shown("/difficulties/quarter?since=2027-01-01&until=2027-04-01")["found"]
    assert {unit: item.carried for unit, item in after.counts.items()} == {"SXD": 1, "SYT": 2}
    for wrong in ("since=2026-10-01&until=2026-10-01", "since=x", "since=2026-10-01"):
        assert coordinator.see(f"/difficulties/quarter?{wrong}").status_code == 400
    assert office.at_desk("sxd-head").see("/difficulties/quarter").status_code == 403


def test_an_answer_that_is_owed_past_its_day_is_marked(office: Office) -> None:
    coordinator, difficulty = office.at_desk("coordinator"), reported(office)
    assert does(coordinator, difficulty, "arrange", due="2026-11-01") == 400
    today = f"{office.clock.now():%Y-%m-%d}"
    assert does(coordinator, difficulty, "arrange", due=today) == 303
    assert "Quá hạn" not in coordinator.see("/difficulties").text
    office.clock.advance(days=2)
    assert "Quá hạn" in office.at_desk("coordinator").see("/difficulties").text
