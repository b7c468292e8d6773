"""The yearly scoring of units at the desk: made, read by units, contested, answered, frozen and corrected."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from infra.operate.errors import OperatorError
from infra.operate.recount_scores import recount_scores_command
from petitions.domain.scoring.scoring import counted_again
from tests.unit.desk.office import Browser, Office
from tests.unit.desk.scoring.scored_year import AFTER, YEAR, a_year, freeze, key_on, make, stored, works

WHY = "Hồ sơ trễ vì bão, thành phố cho nghỉ làm ba ngày theo công điện"
UNIT = f"/scoring/{YEAR}/units/SXD"


@pytest.fixture(scope="module")
def year() -> Office:
    office = Office()
    a_year(office)
    return office


@pytest.fixture
def office(year: Office) -> Iterator[Office]:
    documents, objects = dict(year.store.documents), dict(year.frozen.objects)
    published, at = list(year.publisher.published), year.clock.now()
    yield year
    year.store.documents.clear()
    year.store.documents.update(documents)
    year.frozen.objects.clear()
    year.frozen.objects.update(objects)
    year.publisher.published[:] = published
    year.clock.at = at


def recount_output(file: Path) -> str:
    done = CliRunner().invoke(recount_scores_command, [str(file)], standalone_mode=False, catch_exceptions=False)
    return done.output


def late_one(office: Office) -> str:
    return max(office.petitions(), key=lambda petition: petition.filed_at).code


def test_the_inspector_makes_a_unit_contests_the_scorer_answers_and_freezes(office: Office, tmp_path: Path) -> None:
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    draft = make(office, inspector)
    assert not draft.is_frozen
    page = inspector.see(f"/scoring/{YEAR}").text
    assert "Dự thảo" in page
    assert "không xếp" in page
    late = late_one(office)
    mine = head.see(UNIT).text
    assert "<b>2/3</b> lượt đạt" in mine
    assert f'value="on_time {late}"' in mine
    sent = head.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text=f"{WHY}, gọi 0912345678")
    assert sent.status_code == 303
    (contest,) = stored(office).contests
    assert contest.why == f"{WHY}, gọi [điện thoại]"
    again = head.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text=WHY)
    assert again.status_code == 409
    assert WHY in again.text
    early = inspector.submit(f"/scoring/{YEAR}/freeze", key=key_on(inspector, "/scoring"), sure="1")
    assert early.status_code == 400
    assert "còn được nêu ý kiến tới" in early.text
    office.clock.advance(days=15)
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    waiting = inspector.submit(f"/scoring/{YEAR}/freeze", key=key_on(inspector, "/scoring"), sure="1")
    assert "Còn 1 ý kiến của đơn vị chưa được trả lời" in waiting.text
    assert head.submit(f"/scoring/{YEAR}/contests", case=f"lasting {late}", text=WHY).status_code in {400, 404}
    answer = inspector.submit(f"/scoring/{YEAR}/contests/{contest.id}", accepted="1", text="Đúng là đã nghỉ bão.")
    assert answer.status_code == 303
    twice = inspector.submit(f"/scoring/{YEAR}/contests/{contest.id}", accepted="0", text="Xem lại, giữ nguyên.")
    assert twice.status_code == 409
    assert "đã trả lời ý kiến này lúc" in twice.text
    frozen = freeze(office, inspector)
    assert (frozen.is_frozen, [version.frozen for version in frozen.versions]) == (True, [False, True])
    assert (draft.version, frozen.version) == (1, 4), "made, contested, answered, frozen"
    mine = head.see(UNIT).text
    assert "<b>2/2</b> lượt đạt" in mine
    assert "Đúng là đã nghỉ bão." in mine
    assert "Nêu ý kiến</h2>" not in mine
    file = tmp_path / "inputs.gz"
    file.write_bytes(inspector.see(f"/scoring/{YEAR}/inputs").data)
    assert counted_again(gzip.decompress(file.read_bytes()).splitlines()).hash == frozen.last.hash
    assert recount_output(file).startswith(frozen.last.hash)
    assert WHY.encode() not in gzip.decompress(file.read_bytes())


def test_command_recomputes_the_hash_and_refuses_changed_data(office: Office, tmp_path: Path) -> None:
    inspector = office.at_desk("inspector")
    draft, file = make(office, inspector), tmp_path / "inputs.gz"
    content = inspector.see(f"/scoring/{YEAR}/inputs").data
    file.write_bytes(content)
    assert recount_output(file) == f"{draft.last.hash}  1 units\n"
    file.write_bytes(gzip.compress(gzip.decompress(content).replace(b'"late"', b'"on_time"')))
    assert not recount_output(file).startswith(draft.last.hash)
    file.write_bytes(b"no gzip")
    with pytest.raises(OperatorError, match="no inputs of a scoring"):
        recount_output(file)


def test_year_without_petitions_has_an_empty_scoring(office: Office) -> None:
    inspector = office.at_desk("inspector")
    asked = inspector.submit("/scoring/make", name="2025", key=key_on(inspector, "/scoring"))
    assert asked.status_code == 303
    works(office)
    assert "bảng điểm trống" in inspector.see("/scoring/calendar-year-2025").text


def test_a_freezing_is_asked_for_once_more(office: Office) -> None:
    inspector = office.at_desk("inspector")
    make(office, inspector)
    office.clock.advance(days=15)
    inspector = office.at_desk("inspector")
    asked = inspector.submit(f"/scoring/{YEAR}/freeze", key=key_on(inspector, "/scoring"))
    assert (asked.status_code, "xin đánh dấu là đã xem lại" in asked.text) == (400, True)
    assert not stored(office).is_frozen


def test_making_and_freezing_twice_gives_one_version_and_a_correction_only_beside_it(office: Office) -> None:
    inspector = office.at_desk("inspector")
    first = make(office, inspector)
    assert make(office, inspector).versions == first.versions
    office.clock.advance(days=15)
    inspector = office.at_desk("inspector")
    frozen = freeze(office, inspector)
    assert freeze(office, inspector).versions == frozen.versions
    assert frozen.last.hash == first.last.hash
    code = late_one(office)
    line = next(
        path for path, item in office.store.documents.items()
        if path.startswith(f"petitions/{code}/history/") and "late" in str(item.get("figures", ""))
    )  # fmt: skip
    figures = office.store.documents[line]["figures"]
    events = {("on_time" if name == "late" else name): item for name, item in figures["events"].items()}
    office.store.update(line, {"figures": {**figures, "events": events}})
    refused = inspector.submit("/scoring/make", name="2026", key=key_on(inspector, "/scoring"))
    works(office)
    assert refused.status_code == 303
    assert stored(office).versions == frozen.versions
    assert "Xin ghi tên và lý do của bản đính chính" in inspector.see("/scoring").text
    after = make(office, inspector, restates="Đính chính số 1 vì bão")
    assert after.versions[:-1] == frozen.versions
    assert after.version == frozen.version + 1
    assert (after.last.restates, after.last.frozen) == ("Đính chính số 1 vì bão", True)
    assert after.last.hash != frozen.last.hash
    assert "Đính chính số 1" in inspector.see(f"/scoring/{YEAR}").text
    office.store.update(line, {"figures": figures})
    back = make(office, inspector, restates="Đính chính số 2, bỏ số 1")
    assert back.versions[:-1] == after.versions
    assert (back.last.restates, back.last.hash) == ("Đính chính số 2, bỏ số 1", frozen.last.hash)
    assert "<b>2/3</b>" in inspector.see(f"{UNIT}?version=2").text
    assert "<b>3/3</b>" in inspector.see(UNIT).text


def test_a_unit_reads_its_own_and_contests_only_its_own_misses(office: Office) -> None:
    inspector, other = office.at_desk("inspector"), office.at_desk("syt-head")
    make(office, inspector)
    assert other.see(UNIT).status_code == 404
    assert "Sở Xây dựng" not in other.see(f"/scoring/{YEAR}").text
    late = late_one(office)
    assert other.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text=WHY).status_code == 404
    head, officer = office.at_desk("sxd-head"), office.at_desk("sxd-officer")
    good = next(petition.code for petition in office.petitions() if petition.code != late)
    assert head.submit(f"/scoring/{YEAR}/contests", case=f"on_time {good}", text=WHY).status_code == 404
    assert head.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text="ngắn").status_code == 400
    assert officer.see(UNIT).status_code == 200
    assert officer.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text=WHY).status_code == 403
    assert head.submit("/scoring/make", name="2026", key="abcdefgh1").status_code == 403


def test_a_year_that_is_not_over_or_none_is_refused(office: Office) -> None:
    inspector = office.at_desk("inspector")
    assert inspector.submit("/scoring/make", name="năm nay", key="abcdefgh2").status_code == 400
    assert inspector.submit("/scoring/make", name=f"{AFTER.year}", key="abcdefgh3").status_code == 303
    works(office)
    assert "Kỳ chấm điểm chưa kết thúc" in inspector.see("/scoring").text
    assert not office.store.paths("scorings")
    assert inspector.see(f"/scoring/{YEAR}").status_code == 404


def news(browser: Browser, since: datetime) -> list[tuple[str, str]]:
    page = browser.see(f"/live?{urlencode({'since': since.isoformat()})}").text
    return re.findall(r'data-to="(/scoring[^"]*)">([^<]*)<', page)


def test_both_sides_and_nobody_else_are_notified_of_the_others_actions(office: Office) -> None:
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    others = [office.at_desk(item) for item in ("sxd-officer", "syt-head", "coordinator")]
    began = office.clock.now()
    make(office, inspector)
    assert news(head, began) == [(f"/scoring/{YEAR}", "Có dự thảo điểm của đơn vị, xem và nêu ý kiến")]
    office.clock.advance(minutes=1)
    later = office.clock.now()
    late = late_one(office)
    assert head.submit(f"/scoring/{YEAR}/contests", case=f"on_time {late}", text=WHY).status_code == 303
    assert news(inspector, later) == [(UNIT, "Đơn vị nêu ý kiến về điểm")]
    assert [news(other, later) for other in (head, *others)] == [[]] * 4
    (contest,) = stored(office).contests
    answered = inspector.submit(
        f"/scoring/{YEAR}/contests/{contest.id}", accepted="0", text="Công điện không tới quận này."
    )
    assert answered.status_code == 303
    assert news(head, later) == [(UNIT, "Sở Nội vụ trả lời ý kiến về điểm")]
    assert [news(other, later) for other in (inspector, *others)] == [[]] * 4
    office.clock.advance(minutes=1)
    assert news(head, office.clock.now()) == []
