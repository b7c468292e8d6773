"""Administrators change calendars and rules: preview, publication, reversal, and input kept after errors."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from typing import Any

import pytest

from petitions.adapters.reference import SEEDS, parsed
from petitions.domain.shared.fingerprint import version_of
from petitions.usecases.reference.load_reference import LoadReference
from tests.unit.desk.office import Browser, Office

PATH = "/admin/reference/calendars"
SHIPPED = parsed("calendars.json")


def with_a_day_off(day: str = "2026-12-08") -> dict[str, Any]:
    calendar = json.loads(json.dumps(SHIPPED))
    next(year for year in calendar["years"] if year["year"] == 2026)["off"][day] = "nghỉ lễ bổ sung"
    return dict(calendar)


def send(admin: Browser, data: Any, do: str, seen: str = version_of(SHIPPED), **more: Any) -> Any:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    shown = admin.submit(PATH, data=text, seen=seen, do="preview").text if do == "publish" else ""
    previewed = re.search(r'name="previewed" value="(\w+)"', shown)
    return admin.submit(
        PATH, **{"data": text, "seen": seen, "do": do, "previewed": previewed[1] if previewed else "", **more}
    )


def entered(page: str) -> Any:
    found = re.search(r'<textarea id="data"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return json.loads(unescape(found[1]))


def test_the_preview_is_in_vietnamese_and_publishing_needs_it_of_exactly_this_text() -> None:
    office = Office()
    admin = office.at_desk("admin")
    page = send(admin, with_a_day_off(), "preview").text
    assert "Năm 2026 › Ngày nghỉ › 08/12/2026: thêm nghỉ lễ bổ sung" in page
    previewed = re.findall(r'name="previewed" value="(\w+)"', page)[0]
    for data, mark in ((with_a_day_off(), ""), (with_a_day_off("2026-12-09"), previewed)):
        answer = send(admin, data, "publish", previewed=mark)
        assert answer.status_code == 409
        assert "xem trước đúng nội dung này" in answer.text
    assert not office.store.paths("audit")
    # Browsers send line ends as CR LF, which leaves the text unchanged.
    text = json.dumps(with_a_day_off(), ensure_ascii=False, indent=1).replace("\n", "\r\n")
    assert send(admin, text, "publish", previewed=previewed).status_code == 303


def test_a_file_takes_the_place_of_the_field_and_is_checked() -> None:
    office = Office()
    admin = office.at_desk("admin")

    def uploaded(given: bytes, **more: Any) -> Any:
        return send(admin, "{", "preview", file=(io.BytesIO(given), "lich.json"), **more)

    text = json.dumps(with_a_day_off(), ensure_ascii=False)
    for given in (text.encode(), b"\xef\xbb\xbf" + text.encode()):
        page = uploaded(given).text
        assert "08/12/2026: thêm" in page
        assert entered(page) == with_a_day_off()
    assert "không phải văn bản UTF-8" in uploaded(text.encode("utf-16")).text
    assert "lớn hơn 200 KB" in uploaded(b" " * 200_001).text
    assert uploaded(b" " * 300_000).status_code == 413
    assert "thiếu mục này" in uploaded(b'{"version": "x"}').text
    assert uploaded(text.encode(), csrf="of another session").status_code == 403
    assert not office.store.paths("audit")


def day(admin: Browser, data: Any = SHIPPED, **fields: str) -> Any:
    given = {"day": "2026-12-08", "what": "off", "name": "nghỉ lễ bổ sung", "basis": "TB 12/TB-BNV", **fields}
    return send(admin, data, "day", **given)


def test_a_day_is_marked_in_a_form_and_goes_through_the_same_preview() -> None:
    office = Office()
    admin = office.at_desk("admin")
    page = day(admin).text
    assert "Năm 2026 › Ngày nghỉ › 08/12/2026: thêm nghỉ lễ bổ sung" in page
    assert "Năm 2026 › Căn cứ" in page
    marked = entered(page)
    year = next(item for item in marked["years"] if item["year"] == 2026)
    assert year["source"].endswith("; TB 12/TB-BNV")
    assert list(year["off"]) == sorted(year["off"])
    page = day(admin, marked, day="2026-12-12", what="extra_working", name="").text
    assert "Năm 2026 › Ngày làm bù: thêm 12/12/2026" in page
    both = entered(page)
    assert next(item for item in both["years"] if item["year"] == 2026)["source"] == year["source"]
    assert send(admin, both, "publish").status_code == 303
    taken_out = entered(day(admin, both, what="ordinary", seen=version_of(both)).text)
    assert "2026-12-08" not in json.dumps(taken_out)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": ""}, "Xin chọn ngày"),
        ({"day": "2099-01-05"}, "chưa có năm 2099"),
        ({"name": " "}, "Xin ghi tên ngày nghỉ"),
        ({"basis": ""}, "Xin ghi căn cứ"),
        ({"what": "x"}, "Xin chọn nghỉ"),
        ({"day": "2026-12-06"}, "vốn đã không làm việc"),
    ],
)
def test_missing_fields_of_a_day_are_reported(fields: dict[str, str], words: str) -> None:
    answer = day(Office().at_desk("admin"), **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="2026-12-08"' in answer.text or "day" in fields


def test_history_includes_loads_and_publications_by_operators() -> None:
    office = Office()
    admin = office.at_desk("admin")
    loading = LoadReference(office.store, office.clock)
    loading.apply(loading.plan({kind: parsed(file) for kind, file in SEEDS.items()}))
    office.clock.advance(minutes=1)
    loading.apply(loading.plan_edit("calendars", with_a_day_off(), SHIPPED))
    assert send(admin, SHIPPED, "publish", version_of(with_a_day_off())).status_code == 303
    history = admin.see(PATH).text.split('id="history"')[1]
    lines = re.findall(r"<li><p>(.*?):", history)
    assert lines == ["Công bố", "Công bố", "Nạp dữ liệu đi kèm phần mềm"]
    assert history.count("Người vận hành hệ thống") == 2
    named = re.findall(r">(bản[^<]*)</a>", history)
    assert all(", công bố " in name for name in named)  # versions of the same day have different names
    assert len(named) == 3
    assert entered(admin.see(f"{PATH}?version={version_of(with_a_day_off())}").text) == with_a_day_off()


def accepted(office: Office) -> None:
    petition = office.filed_in("SXD")
    assert office.at_desk("sxd-officer").does(petition, "accept").status_code == 303


def test_preview_writes_nothing_and_shows_moved_deadlines_by_unit() -> None:
    office = Office()
    accepted(office)
    admin = office.at_desk("admin")
    due = next(iter(office.petitions())).clocks["answer"].due_at
    changed = with_a_day_off(f"{due:%Y-%m-%d}")
    before = dict(office.store.documents)
    page = send(admin, changed, "preview")
    assert page.status_code == 200
    assert "1 hồ sơ đang mở sẽ đổi thời hạn" in page.text
    assert "Sở Xây dựng: 1" in page.text
    assert office.store.documents == before


def test_published_once_with_author_and_time_and_reverted() -> None:
    office = Office()
    admin = office.at_desk("admin")
    assert send(admin, with_a_day_off(), "publish").status_code == 303
    page = admin.see(PATH).text
    assert version_of(with_a_day_off()) in page
    assert "Đặng Quốc Bảo" in page
    stale = send(admin, with_a_day_off("2026-12-09"), "publish")
    assert stale.status_code == 409
    assert "2026-12-09" in stale.text
    assert "nghỉ lễ bổ sung" not in unescape(admin.see(f"{PATH}?version=shipped").text).split("</textarea>")[0]
    assert send(admin, SHIPPED, "publish", version_of(with_a_day_off())).status_code == 303
    assert admin.shown(PATH)["data"] == SHIPPED
    assert len(office.store.paths("audit")) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("{", "không phải JSON"),
        ("[]", "một đối tượng JSON"),
        ({**SHIPPED, "years": []}, "years: chưa có năm nào"),
        (with_a_day_off("2026-12-06"), "2026-12-06: ghi là ngày nghỉ, nhưng vốn đã không làm việc"),
        ({**SHIPPED, "weekdays": {}}, "thiếu mục này"),
        ({**SHIPPED, "version": "a/b"}, "không dùng dấu gạch chéo"),
    ],
)
def test_faults_are_reported_in_words_and_the_typed_values_are_kept(wrong: Any, words: str) -> None:
    office = Office()
    answer = send(office.at_desk("admin"), wrong, "publish")
    assert answer.status_code == 400
    assert words in unescape(answer.text)
    typed = wrong if isinstance(wrong, str) else json.dumps(wrong, ensure_ascii=False)
    assert typed in unescape(answer.text)
    assert not office.store.paths("audit")


def test_a_page_costs_few_queries_and_unknown_kinds_are_not_there() -> None:
    office = Office()
    admin = office.at_desk("admin")
    admin.see(PATH)
    before = office.store.calls  # type: ignore[attr-defined]
    assert admin.see("/admin/reference/deadline_rules").status_code == 200
    assert office.store.calls - before <= 5  # type: ignore[attr-defined]
    assert admin.see("/admin/reference/directory").status_code == 404


def fields_of(page: str) -> dict[str, Any]:
    form = page.split("<h2>Sửa bằng mẫu</h2>")[1].split("</form>", maxsplit=1)[0]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            fields.setdefault(unescape(name[1]), []).append(unescape(value[1]))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = [chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]]
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        fields[name] = ["\r\n".join(unescape(text).split("\n"))]
    return {**fields, "do": "form"}


@pytest.mark.parametrize(
    ("kind", "changes", "line"),
    [
        (
            "deadline_rules",
            {"answer.amount": "12"},
            "bình thường (từ 01/01/2023) › Thời hạn: 15 → 12",
        ),
        ("reminder_ladder", {"days.0.at": "-3"}, "Bậc nhắc của thời hạn theo ngày T-3"),
        ("housekeeping", {"reopen_within_days": "14"}, "Được mở lại trong (ngày): 10 → 14"),
        ("paper_forms", {"reply.subject": "về hồ sơ mã [mã hồ sơ]"}, "về hồ sơ mã [mã hồ sơ]"),
        ("paper_forms", {"reply.recipients": "Như trên\r\nLưu: VT"}, "Lưu: VT"),
    ],
)
def test_rules_ladder_and_reopening_are_changed_by_form_with_the_same_preview(
    kind: str, changes: dict[str, str], line: str
) -> None:
    office = Office()
    office.filed_in("SXD")
    admin, path = office.at_desk("admin"), f"/admin/reference/{kind}"
    sent = fields_of(admin.see(path).text)
    same = admin.submit(path, **{**sent, "csrf": admin.csrf})
    assert "Không khác phiên bản đang có hiệu lực" in same.text
    shown = admin.submit(path, **{**sent, **changes, "csrf": admin.csrf})
    assert (shown.status_code, line in unescape(shown.text)) == (200, True), shown.text
    assert "hồ sơ đang mở sẽ đổi thời hạn" in shown.text
    assert fields_of(shown.text)[next(iter(changes))] == list(changes.values())  # the form goes on from there
    mark = re.findall(r'name="previewed" value="(\w+)"', shown.text)[0]
    data = json.dumps(entered(shown.text), ensure_ascii=False, indent=2)
    published = admin.submit(path, do="publish", data=data, seen=sent["seen"][0], previewed=mark)
    assert published.status_code == 303, published.text
    office.clock.advance(seconds=61)
    page = admin.see(path).text
    assert fields_of(page)[next(iter(changes))] == list(changes.values())
    assert "Đặng Quốc Bảo" in page


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("deadline_rules", {"answer.amount": "mười"}, "“mười” không phải số nguyên"),
        ("deadline_rules", {"answer.amount": "0"}, "bình thường (từ 01/01/2023) › Thời hạn: phải lớn hơn 0"),
        ("reminder_ladder", {"days.0.at": "1"}, "hai bậc trùng nhau"),
        ("reminder_ladder", {"days.0.every": "1"}, "chỉ bậc cuối được lặp lại"),
        ("housekeeping", {"reopen_within_days": "0"}, "phải từ 1 trở lên"),
        ("paper_forms", {"receipt.sign": ""}, "văn bản có tên loại phải có chữ viết tắt"),
        ("paper_forms", {"reply.subject": "trả lời [họ tên]"}, "trích yếu không được nêu người gửi"),
    ],
)
def test_invalid_form_shows_the_reason_and_the_typed_values(kind: str, changes: dict[str, str], words: str) -> None:
    admin, path = Office().at_desk("admin"), f"/admin/reference/{kind}"
    sent = fields_of(admin.see(path).text)
    answer = admin.submit(path, **{**sent, **changes, "csrf": admin.csrf})
    assert (answer.status_code, words in answer.text) == (400, True), answer.text
    assert fields_of(answer.text)[next(iter(changes))] == list(changes.values())


def test_rules_published_by_mistake_are_withdrawn_by_a_tick() -> None:
    office = Office()
    office.filed_in("SXD")
    admin, path = office.at_desk("admin"), "/admin/reference/deadline_rules"
    sent = fields_of(admin.see(path).text)
    assert "công bố nhầm" not in admin.see(path).text
    shown = admin.submit(path, **{**sent, "reception.amount": "4", "transfer.amount": "1", "csrf": admin.csrf}).text
    (given_by,) = re.findall(r'name="withdrawn" value="([^"]+)"> 1 hồ sơ theo', shown)
    again = fields_of(shown)
    ticked = admin.submit(path, **{**again, "withdrawn": given_by, "csrf": admin.csrf}).text
    assert "1 hồ sơ đang mở sẽ đổi thời hạn" in ticked
    assert "Phiên bản công bố nhầm: thêm" in unescape(ticked)
    assert 'name="withdrawn"' not in ticked
    assert entered(ticked)["withdrawn"] == [given_by]


def test_the_forms_of_reports_are_changed_at_the_desk_and_keep_the_period_that_is_scored() -> None:
    office = Office()
    admin = office.at_desk("admin")
    forms = parsed("report_forms.json")
    changed = json.loads(json.dumps(forms))
    changed["forms"][0]["title"] = "Tên biểu mới"
    unfit = {**changed, "periods": [form for form in forms["periods"] if form["kind"] == "month"]}
    path, seen = "/admin/reference/report_forms", version_of(forms)
    refused = admin.submit(path, do="preview", data=json.dumps(unfit), seen=seen)
    assert refused.status_code == 400
    assert "Chấm điểm đơn vị cần kỳ" in refused.text
    tried = admin.submit(path, do="preview", data=json.dumps(changed), seen=seen).text
    assert "Tên biểu mới" in tried
    mark = re.findall(r'name="previewed" value="(\w+)"', tried)[0]
    asked = {"do": "publish", "data": json.dumps(changed), "seen": seen, "previewed": mark}
    assert admin.submit(path, **asked).status_code == 303
    assert entered(admin.see(path).text) == changed
