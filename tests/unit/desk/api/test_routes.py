"""The routes of `/api/v1`: file petitions, follow changes, and act within the rights of the account's unit."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from pydantic import create_model

from petitions.domain.contact.contact_request import contact_path, step_due_id
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.petition.answering import MOST_BYTES
from petitions.domain.petition.petition import LastChange, Petition
from petitions.domain.shared.channel import Channel
from petitions.usecases.channels import follow_changes
from tests.unit.desk.api.systems import EVERYTHING, SELF, System, story, system
from tests.unit.desk.office import Office
from tests.unit.desk.petition.entering import entered


def handed_in(office: Office, known: System, number: int = 1, once: str = "") -> Petition:
    answer = known.post("/petitions", story(office, number), once=once or f"call-{number:06}")
    assert answer.status_code == 200, answer.text
    return office.petition(answer.get_json()["code"])


def test_a_petition_is_handed_in_once_with_its_channel_and_number() -> None:
    office = Office()
    known = system(office)
    given = story(office)
    answers = [known.post("/petitions", given, once="call-000001").get_json() for _ in range(3)]
    assert [answer.pop("new") for answer in answers] == [True, False, False]
    assert answers[0] == answers[1] == answers[2]
    (petition,) = office.petitions()
    assert petition.taken
    assert (petition.taken.by, petition.taken.channel, petition.taken.number) == ("tong-dai", "1022", "1022-0001")
    again = known.post("/petitions", given, once="call-000002")
    assert (again.status_code, again.get_json()["type"]) == (409, "number_known")
    assert again.get_json()["codes"] == [petition.code]
    assert len(office.petitions()) == 1


def test_wrong_body_gets_all_faults_without_its_values() -> None:
    office = Office()
    known = system(office)
    missing = known.post("/petitions", story(office))
    assert (missing.status_code, missing.get_json()["type"]) == (400, "key_malformed")
    given = story(office, received_at="gestern", type="x", secret="0912345678")
    wrong = known.post("/petitions", given, once="call-000001")
    assert (wrong.status_code, wrong.mimetype) == (400, "application/problem+json")
    faults = {item["field"]: item["detail"] for item in wrong.get_json()["faults"]}
    assert faults == {
        "received_at": "Phải là thời điểm, như 2026-11-23T08:30:00+07:00.",
        "type": "Phải là một trong: individual, business.",
        "secret": "Không có trường này.",
    }
    assert "0912345678" not in wrong.text
    empty = known.post("/petitions", story(office, name="", home=""), once="call-000001")
    assert (empty.status_code, empty.get_json()["type"]) == (400, "entry_incomplete")
    assert {item["field"] for item in empty.get_json()["faults"]} == {"name", "home"}
    unreached = known.post("/petitions", story(office, phone=""), once="call-000001")
    assert (unreached.status_code, unreached.get_json()["type"]) == (400, "entry_incomplete")
    assert [item["field"] for item in unreached.get_json()["faults"]] == ["reply_by"]
    assert not office.petitions()


def test_it_is_seen_as_by_the_units_people_and_closed_ones_are_not_there() -> None:
    office = Office()
    known = system(office)
    petition, other = office.filed_in("SXD"), office.filed_in("SYT")
    shown = known.get(f"/petitions/{petition.code}")
    assert shown.get_json()["content"] == petition.content
    for secret in (petition.contact.name, petition.contact.phone, petition.citizen):
        assert secret not in shown.text
    absent = known.get("/petitions/HN-261124-1XCF-TP94")
    theirs = known.get(f"/petitions/{other.code}")
    office.changed(petition.code, accused="SXD")
    closed = known.get(f"/petitions/{petition.code}")
    assert absent.status_code == 404
    assert theirs.get_json() == closed.get_json() == absent.get_json()
    public = known.get(f"/petitions/{other.code}/state")
    assert public.get_json()["state"] == "new"
    assert other.content not in public.text
    assert known.get("/petitions/HN-261124-1XCF-TP94/state").status_code == 404


@pytest.mark.parametrize("unit", ["TTTP", "SXD"])
@pytest.mark.parametrize(
    "closed",
    [
        {"accused": "VPUB"},
        {"accused": "SYT"},
        {"accused": "?"},
        {"accused": "PX-?"},
        {"closed_with": ["SYT"]},
        {"petition_class": "denunciation"},
    ],
)
def test_protected_petition_is_missing_for_its_units_account(unit: str, closed: dict[str, str | list[str]]) -> None:
    office = Office()
    known = system(office, unit=unit)
    petition = office.changed(office.filed_in("SXD").code, unit=unit, held_by=[unit], **closed)
    office.clock.advance(minutes=5)
    assert known.get("/changes").get_json()["changes"] == []
    absent = known.get("/petitions/HN-261124-1XCF-TP94")
    assert known.get(f"/petitions/{petition.code}").get_json() == absent.get_json()
    for path, given in (("notes", {"text": "x"}), ("accept", {"version": 1}), ("answer", {"seen": "", "text": "x"})):
        there = known.post(f"/petitions/{petition.code}/{path}", given)
        assert there.status_code == 404
        assert there.get_json() == known.post(f"/petitions/HN-261124-1XCF-TP94/{path}", given).get_json()


def test_it_works_like_somebody_of_the_unit_and_repeated_requests_do_nothing_twice() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    path = f"/petitions/{petition.code}"
    for _ in range(2):
        done = known.post(f"{path}/accept", {"version": petition.version}).get_json()
        assert (done["state"], done["version"]) == ("accepted", petition.version + 1)
    stale = known.post(f"{path}/assign", {"version": petition.version, "handler": "sxd-officer"})
    assert stale.status_code == 409
    done = known.post(f"{path}/assign", {"version": done["version"], "handler": "sxd-officer"}).get_json()
    assert (done["state"], office.petition(petition.code).handler) == ("assigned", "sxd-officer")
    assert known.post(f"{path}/notes", {"text": "Người dân gọi lại"}).status_code == 200
    assert known.get(path).get_json()["actions"] == ["note", "answer"]
    written = {"text": "Đã kiểm tra", "outcome": "explained"}
    seen = known.post(f"{path}/answer", written).get_json()["seen"]
    assert office.petition(petition.code).state == "in_progress"
    lost = known.post(f"{path}/answer", {"text": "Khác"})
    assert (lost.status_code, lost.get_json()["type"]) == (409, "conflict")
    draft = known.get(path).get_json()["draft"]
    assert (draft["text"], draft["seen"], draft["files"]) == ("Đã kiểm tra", seen, [])
    file = known.post(f"{path}/answer/files", {"name": "a.pdf", "content": "JVBERi0xLjcKJSVFT0YK"}).get_json()
    fetched = known.get(f"{path}/files/{file['id']}")
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    draft = known.get(path).get_json()["draft"]
    assert (file.pop("seen"), draft["files"], draft["outcome"]) == (draft["seen"], [file], "explained")
    assert known.post(f"{path}/answer", {"text": "Khác", "seen": draft["seen"]}).status_code == 200
    other = office.filed_in("SYT")
    for step, given in (("accept", {"version": 1}), ("notes", {"text": "x"}), ("answer", {"text": "x"})):
        assert known.post(f"/petitions/{other.code}/{step}", given).status_code == 404


def test_a_repeated_action_is_not_refused_after_the_petition_has_left_the_unit() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    path, first = f"/petitions/{petition.code}", {"version": petition.version}
    assert known.post(f"{path}/accept", first).status_code == 200
    why = "Thuộc việc của Sở Y tế, đã trao đổi với hai bên."
    coordinator = office.at_desk("coordinator")
    held = office.petition(petition.code)
    assert coordinator.does(held, "take_back", text=why).status_code == 303
    assert known.get(path).status_code == 404
    again = known.post(f"{path}/accept", first)
    assert (again.status_code, again.get_json()["sight"], again.get_json()["state"]) == (200, "gone", None)
    assert known.post(f"{path}/assign", first).status_code == 404


def test_a_change_that_its_database_commits_late_is_followed_all_the_same() -> None:
    office = Office()
    known = system(office)
    slow, other = handed_in(office, known, 1), handed_in(office, known, 2)
    began = office.clock.now()
    office.clock.advance(seconds=200)
    office.changed(other.code, changed=LastChange(at=office.clock.now(), action="noted"))
    office.clock.advance(seconds=69)
    first = known.get("/changes").get_json()
    office.changed(
        slow.code, state=State.ACCEPTED, changed=LastChange(at=began + timedelta(seconds=1), action="accept")
    )
    office.clock.advance(minutes=5)
    second = known.get(f"/changes?cursor={first['cursor']}").get_json()
    states = {item["code"]: item["state"] for item in [*first["changes"], *second["changes"]]}
    assert states == {slow.code: State.ACCEPTED, other.code: State.NEW}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_of_any_size_have_every_change_once(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    office = Office()
    known = system(office)
    own = [handed_in(office, known, 1), office.filed_in("SXD"), office.filed_in("SXD"), handed_in(office, known, 2)]
    office.clock.advance(minutes=5)
    monkeypatch.setattr(follow_changes, "AT_ONCE", size)
    found, cursor, more = [], "", True
    while more:
        page = known.get(f"/changes?cursor={cursor}").get_json()
        found += [item["code"] for item in page["changes"]]
        cursor, more = page["cursor"], page["more"]
    assert found == [petition.code for petition in own]


def test_changes_are_followed_in_order_completely_and_without_closed_petitions() -> None:
    office = Office()
    known = system(office)
    mine = [handed_in(office, known, number) for number in range(1, 4)]
    office.filed_in("SYT")
    assert known.get("/changes").get_json()["changes"] == []  # one may still be on its way to the database
    office.clock.advance(minutes=5)
    first = known.get("/changes").get_json()
    assert sorted(item["code"] for item in first["changes"]) == sorted(petition.code for petition in mine)
    assert {item["sight"] for item in first["changes"]} == {"handed_in"}  # they lie with other units
    assert not first["more"]
    assert known.get(f"/changes?cursor={first['cursor']}").get_json()["changes"] == []
    kept = office.filed_in("SXD")
    office.at_desk("sxd-officer").does(kept, "accept")
    office.clock.advance(minutes=5)
    second = known.get(f"/changes?cursor={first['cursor']}").get_json()
    assert [(item["code"], item["sight"], item["state"]) for item in second["changes"]] == [
        (kept.code, "unit", "accepted")
    ]
    office.changed(kept.code, accused="SXD")
    closed = known.get(f"/changes?cursor={first['cursor']}").get_json()
    assert closed == {"changes": [], "cursor": first["cursor"], "more": False}
    for wrong in ("x", "eA==", "MjAyNg=="):
        refused = known.get(f"/changes?cursor={wrong}")
        assert (refused.status_code, refused.get_json()["type"]) == (400, "cursor_malformed")


def test_the_description_is_valid_and_its_examples_work() -> None:
    from desk.api.description import EXAMPLES  # noqa: PLC0415 - conftest has put it on the path

    office = Office()
    known = system(office)
    document = known.get("/openapi.json").get_json()
    operations = [verb for verbs in document["paths"].values() for verb in verbs.values()]
    assert len(operations) <= 14
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    example = {**EXAMPLES["hand_in"], "received_at": office.clock.now().isoformat()}
    done = known.post("/petitions", example, once="example-01")
    assert done.status_code == 200, done.text
    code = done.get_json()["code"]
    office.changed(code, unit="SXD")
    paths = {"accept": "accept", "assign": "assign", "note": "notes", "draft": "answer", "upload": "answer/files"}
    assert EXAMPLES.keys() == {"hand_in", *paths}
    for name, path in paths.items():
        given = {**EXAMPLES[name]}
        if "version" in given:
            given["version"] = office.petition(code).version
        answer = known.post(f"/petitions/{code}/{path}", given)
        assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize("path", ["/nowhere", "/petitions", "/petitions/x/y"])
def test_unknown_paths_and_methods_are_problems_too(path: str) -> None:
    office = Office()
    answer = system(office).get(path)
    assert answer.status_code in {404, 405}
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["title"]
    if answer.status_code == 405:
        assert "POST" in answer.headers["Allow"]


def test_account_reads_and_annotates_its_own_petitions_in_any_unit_and_no_others() -> None:
    office = Office()
    known = system(office, unit="VPUB", rights=SELF)
    petition = office.changed(handed_in(office, known).code, unit="SXD")
    other = office.filed_in("VPUB")
    path = f"/petitions/{petition.code}"
    shown = known.get(path).get_json()
    assert (shown["unit"], shown["unit_name"], shown["actions"]) == ("SXD", "Sở Xây dựng", ["note"])
    assert petition.contact.name not in known.get(path).text
    assert known.post(f"{path}/notes", {"text": "Người dân gọi lại"}).status_code == 200
    assert office.petition(petition.code).version == petition.version + 1
    for step, given in (("accept", {"version": 1}), ("answer", {"text": "x"})):
        assert known.post(f"{path}/{step}", given).status_code == 403
    absent = known.get("/petitions/HN-261124-1XCF-TP94")
    assert known.get(f"/petitions/{other.code}").get_json() == absent.get_json()
    assert known.post(f"/petitions/{other.code}/notes", {"text": "x"}).status_code == 404
    office.clock.advance(minutes=5)
    assert {item["code"] for item in known.get("/changes").get_json()["changes"]} == {petition.code}


def asked_of(office: Office, petition: Petition, text: str = "Xin cho biết số nhà của bãi xe.") -> None:
    for action, given in (("accept", {}), ("assign", {}), ("start", {}), ("ask_supplement", {"text": text})):
        done = office.at_desk("sxd-head").does(office.petition(petition.code), action, **given)
        assert done.status_code == 303, done.text


def test_channel_reads_the_question_to_its_filer_and_delivers_the_reply_once() -> None:
    office = Office()
    known = system(office, unit="VPUB", rights=SELF)
    petition = office.changed(handed_in(office, known).code, unit="SXD")
    path = f"/petitions/{petition.code}"
    assert known.get(path).get_json()["asked"] is None
    asked_of(office, petition)
    shown = known.get(path).get_json()
    assert shown["state"] == "awaiting_citizen"
    assert shown["asked"]["text"] == "Xin cho biết số nhà của bãi xe."
    assert shown["asked"]["until"] > office.clock.now().isoformat()
    for _ in range(2):
        done = known.post(f"{path}/notes", {"text": "Số nhà 5, cạnh chợ", "from_filer": True})
        assert (done.status_code, done.get_json()["state"]) == (200, "in_progress"), done.text
    (addition,) = office.petition(petition.code).additions
    assert (addition.by, addition.text) == ("citizen", "Số nhà 5, cạnh chợ")
    assert known.get(path).get_json()["asked"] is None
    request = office.store.documents[contact_path(step_due_id(petition.code))]
    assert (request["state"], "closed_by" in request) == ("closed", False)
    assert "Cần báo cho người gửi" not in office.at_desk("sxd-officer").see(path).text
    assert "Không cần làm gì thêm" in office.at_desk("sxd-officer").see("/contacts?closed=1").text
    assert "Số nhà 5, cạnh chợ" in office.at_desk("sxd-officer").see(path).text


def test_accusation_from_another_system_is_hidden_from_the_unit() -> None:
    office = Office()
    known = system(office, unit="VPUB", rights=SELF)
    petition = office.changed(handed_in(office, known).code, unit="SXD")
    asked_of(office, petition)
    accusation = "Cán bộ Sở Xây dựng vòi tôi 5 triệu để bỏ qua bãi xe này"
    answer = known.post(f"/petitions/{petition.code}/notes", {"text": accusation, "from_filer": True})
    assert answer.status_code == 200, answer.text
    assert not office.petition(petition.code).additions
    assert [item.apart_from for item in office.petitions() if item.content == accusation] == [petition.code]


def test_only_the_channel_that_handed_it_in_brings_words_and_only_while_it_is_open() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    given = {"text": "Thêm lời", "from_filer": True}
    other = known.post(f"/petitions/{petition.code}/notes", given)
    assert (other.status_code, other.get_json()["type"]) == (403, "not_handed_in")
    mine = handed_in(office, known)
    office.changed(mine.code, state=State.CLOSED)
    over = known.post(f"/petitions/{mine.code}/notes", given)
    assert (over.status_code, over.get_json()["type"]) == (409, "petition_over")
    office.changed(mine.code, state=State.NEW, accused="SXD")
    closed = known.post(f"/petitions/{mine.code}/notes", given)
    assert (closed.status_code, closed.get_json()["type"]) == (403, "closed")


def test_the_channel_reads_how_the_answer_goes_back() -> None:
    office = Office()
    known = system(office, unit="VPUB", rights=SELF)
    done = known.post("/petitions", story(office, reply_by="channel"), once="call-000001").get_json()
    assert known.get(f"/petitions/{done['code']}").get_json()["answer_way"] == "channel"


@pytest.mark.parametrize("closed", [{"accused": "SYT"}, {"petition_class": "denunciation"}])
@pytest.mark.parametrize("rights", [SELF, EVERYTHING])
def test_of_a_closed_one_that_it_handed_in_it_reads_that_it_was_received(
    closed: dict[str, str], rights: tuple[ServiceRight, ...]
) -> None:
    office = Office()
    known = system(office, unit="SDL", rights=rights)
    petition = office.changed(handed_in(office, known).code, unit="SXD", handler="sxd-officer", **closed)
    path = f"/petitions/{petition.code}"
    answer = known.get(path)
    shown = answer.get_json()
    filled = {name for name, value in shown.items() if value not in (None, [])}
    assert filled == {"code", "sight", "state", "filed_at", "due_at", "channel", "number"}
    assert shown["sight"] == "received"
    assert "SXD" not in answer.text
    assert "SYT" not in answer.text
    noted = known.post(f"{path}/notes", {"text": "x"})
    assert (noted.status_code, noted.get_json()["type"]) == (403, "closed")
    office.clock.advance(minutes=5)
    (line,) = known.get("/changes").get_json()["changes"]
    assert (line["code"], line["sight"], line["state"], line["version"]) == (petition.code, "received", "new", None)


def test_a_key_stands_for_one_body() -> None:
    office = Office()
    known = system(office)
    given = story(office)
    assert known.post("/petitions", given, once="call-000001").get_json()["new"]
    for changed in (story(office, number=2), {**given, "phone": "0987 654 322"}):
        refused = known.post("/petitions", changed, once="call-000001")
        assert (refused.status_code, refused.get_json()["type"]) == (409, "key_reused")
    again = known.post("/petitions", dict(reversed(given.items())), once="call-000001")
    assert (again.status_code, again.get_json()["new"]) == (200, False)


def test_a_request_is_recognised_by_a_later_version_with_more_optional_fields() -> None:
    from desk.api.shapes import Accepting, NewPetition  # noqa: PLC0415 - conftest has put it on the path

    given = story(Office())
    later = create_model("Later", __base__=NewPetition, fax=(str, ""))
    with_type, with_fax = {**given, "type": "individual"}, {**given, "fax": "024 3825 1234"}
    read = (NewPetition.model_validate(given), NewPetition.model_validate(with_type))
    read_later = (later.model_validate(given), later.model_validate(with_fax))
    bodies = [request.entry("call-000001", Channel.HOTLINE).body for request in (*read, *read_later)]
    assert bodies[0] == bodies[1] == bodies[2] != bodies[3]
    accepting = create_model("Accepting", __base__=Accepting, words=(str, ""))
    assert accepting(version=1).mark == Accepting(version=1).mark != Accepting(version=1, level="urgent").mark


def test_the_titles_of_conflicts_are_true_and_what_is_hidden_has_the_words_of_what_is_not_there() -> None:
    from desk.api.problems import NO_PETITION  # noqa: PLC0415 - conftest has put it on the path

    office = Office()
    known = system(office)
    known.post("/petitions", story(office), once="call-000001")
    reused = known.post("/petitions", story(office, number=2), once="call-000001").get_json()
    assert (reused["type"], reused["title"]) == ("key_reused", "Khóa đã dùng cho nội dung khác")
    numbered = known.post("/petitions", story(office), once="call-000002").get_json()
    assert (numbered["type"], numbered["title"]) == ("number_known", "Số của kênh đã có hồ sơ")
    hidden, absent = office.filed_in("SYT").code, "HN-261123-0000-0025"
    for path in ("", "/accept", "/answer", "/notes"):
        bodies = {"/accept": {"version": 1}, "/answer": {"text": "x"}, "/notes": {"text": "x"}}
        for code in (hidden, absent):
            there = f"/petitions/{code}{path}"
            refused = (known.post(there, bodies[path]) if path else known.get(there)).get_json()
            assert (refused["type"], refused["detail"]) == ("petition_unknown", NO_PETITION), there


def test_what_is_too_short_of_a_wrong_kind_or_unknown_is_refused_by_name() -> None:
    office = Office()
    known = system(office)
    short = known.post("/petitions", story(office, content="x"), once="call-000001")
    assert (short.status_code, short.get_json()["faults"][0]["field"]) == (400, "content")
    code = handed_in(office, known).code
    for text in (" ", ".", "x"):
        assert known.post(f"/petitions/{code}/notes", {"text": text, "from_filer": True}).status_code == 400
    petition = office.filed_in("SXD")
    path = f"/petitions/{petition.code}"
    written = known.post(f"{path}/accept", {"version": str(petition.version)})
    assert (written.status_code, written.get_json()["faults"][0]["field"]) == (400, "version")
    done = known.post(f"{path}/accept", {"version": petition.version}).get_json()
    known.post(f"{path}/assign", {"version": done["version"]})
    empty = known.post(f"{path}/answer", {"text": " "})
    assert (empty.status_code, empty.get_json()["type"]) == (400, "text_missing")
    assert office.petition(petition.code).drafted is None
    for wrong in ("/changes?cursr=x", f"{path}?full=1", "/units?page=2"):
        refused = known.get(wrong)
        assert (refused.status_code, refused.get_json()["type"]) == (400, "malformed"), wrong


def test_a_number_that_a_clerk_of_the_unit_entered_is_named_alike_when_it_is_closed_to_the_unit() -> None:
    office = Office()
    known = system(office)
    petition = entered(office, office.at_desk("sxd-officer"), channel="1022", number="1022-0001")
    assert known.post("/petitions", story(office), once="call-000001").get_json()["codes"] == [petition.code]
    office.changed(petition.code, accused="SXD", unit="VPUB")
    assert known.post("/petitions", story(office), once="call-000002").get_json()["codes"] == [petition.code]
    other = system(office, "ihanoi", unit="SYT")
    assert other.post("/petitions", story(office), once="call-000003").get_json()["codes"] == []


def test_an_old_version_with_another_request_is_a_conflict_and_the_same_one_is_not() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    path, asked = f"/petitions/{petition.code}", {"version": petition.version, "level": "urgent"}
    first = known.post(f"{path}/accept", asked).get_json()
    other = known.post(f"{path}/accept", {"version": petition.version, "level": "normal"})
    assert (other.status_code, other.get_json()["type"]) == (409, "conflict")
    given = {"version": first["version"], "handler": "sxd-officer"}
    assert known.post(f"{path}/assign", given).status_code == 200
    other = known.post(f"{path}/assign", {"version": first["version"], "handler": "sxd-head"})
    assert (other.status_code, office.petition(petition.code).handler) == (409, "sxd-officer")
    assert known.post(f"{path}/notes", {"text": "x"}).status_code == 200
    for step, same in (("accept", asked), ("assign", given)):
        assert known.post(f"{path}/{step}", same).status_code == 200
    wrong = known.post(f"{path}/accept", {"version": office.petition(petition.code).version})
    assert (wrong.status_code, wrong.get_json()["type"]) == (409, "state")


@pytest.mark.parametrize(
    ("content", "reason"),
    [("JVBERi0xLjcKJSVFT0YK!", "malformed"), ("JVBE\nRi0x", "malformed"), ("x", "malformed"), ("AAAA", "file_type")],
)
def test_a_wrong_file_is_named(content: str, reason: str) -> None:
    office = Office()
    known = system(office)
    good = {"name": "a.pdf", "content": "JVBERi0xLjcKJSVFT0YK"}
    given = story(office, attachments=[good, {"name": "b.bin", "content": content}])
    refused = known.post("/petitions", given, once="call-000001")
    assert (refused.status_code, refused.get_json()["type"]) == (400, reason)
    assert [item["field"] for item in refused.get_json()["faults"]] == ["attachments.1.content"]
    assert not office.petitions()


def test_the_desks_limit_counts_the_bytes_of_a_file() -> None:
    office = Office()
    known = system(office)
    large = base64.b64encode(b"%PDF-" + bytes(MOST_BYTES)).decode()
    given = story(office, attachments=[{"name": "a.pdf", "content": large}])
    refused = known.post("/petitions", given, once="call-000001")
    assert (refused.status_code, refused.get_json()["type"]) == (400, "file_too_large")


def test_a_nul_character_is_refused_by_field() -> None:
    office = Office()
    known = system(office)
    refused = known.post("/petitions", story(office, place="a\0b"), once="call-000001").get_json()
    assert refused["faults"] == [{"field": "place", "detail": "Chuỗi có ký tự NUL."}]


def test_a_ticket_is_known_with_other_spaces_and_dashes() -> None:
    office = Office()
    known = system(office)
    assert known.post("/petitions", story(office, number=1), once="call-000001").status_code == 200
    again = known.post("/petitions", {**story(office), "number": "1022 0001"}, once="call-000002")
    assert (again.status_code, again.get_json()["type"]) == (409, "number_known")


def test_the_page_of_a_petition_names_the_system() -> None:
    office = Office()
    petition = office.changed(handed_in(office, system(office)).code, unit="SXD")
    page = office.at_desk("sxd-officer").see(f"/petitions/{petition.code}").text
    assert "Tổng đài 1022 nhập" in page
    assert "tong-dai" not in page


def test_every_field_value_and_refusal_is_explained() -> None:
    office = Office()
    document = office.app.test_client().get("/api/v1/openapi.json").get_json()
    assert document["info"]["description"]
    assert document["servers"]
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        assert all(item["description"] for item in schema.get("properties", {}).values())
    statuses = {
        verb["operationId"]: set(verb["responses"]) for verbs in document["paths"].values() for verb in verbs.values()
    }
    assert statuses["units"] == {"200", "400", "401", "403", "405", "429", "503"}
    assert statuses["hand_in"] == statuses["units"] | {"409", "413"}
    responses = document["paths"]["/api/v1/units"]["get"]["responses"]
    assert "Retry-After" in responses["429"]["headers"]
    assert "Allow" in responses["405"]["headers"]


def test_description_states_rights_conditions_and_types_of_refusals() -> None:
    document = Office().app.test_client().get("/api/v1/openapi.json").get_json()
    operations = {verb["operationId"]: verb for verbs in document["paths"].values() for verb in verbs.values()}
    assert {name for name, item in operations.items() if "Cần quyền" not in item.get("description", "")} == {"units"}
    assert "number_known" in operations["hand_in"]["responses"]["409"]["description"]
    fields = document["components"]["schemas"]["NewPetition"]["properties"]
    for name, condition in {"place": "ward", "phone": "reply_by", "email": "reply_by", "ward": "/units"}.items():
        assert condition in fields[name]["description"], name


def test_draft_is_submitted_by_officers_with_its_outcome() -> None:
    office = Office()
    known, petition = system(office), office.filed_in("SXD")
    path = f"/petitions/{petition.code}"
    done = known.post(f"{path}/accept", {"version": petition.version}).get_json()
    done = known.post(f"{path}/assign", {"version": done["version"]}).get_json()
    known.post(f"{path}/answer", {"text": "Đã kiểm tra", "outcome": "no_grounds"})
    assert (office.petition(petition.code).state, office.petition(petition.code).handler) == ("in_progress", None)
    editor = office.at_desk("sxd-officer").see(f"{path}/answer").text
    assert 'value="no_grounds" selected' in editor
    moved = office.at_desk("sxd-head").many("assign", [petition.code], handler="sxd-officer")
    assert moved
    assert office.petition(petition.code).handler == "sxd-officer"


def test_the_description_names_the_state_from_which_a_petition_is_assigned() -> None:
    described = Office().app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    assert "accepted" in described["/api/v1/petitions/{code}/assign"]["post"]["summary"]


@pytest.mark.parametrize("rights", [SELF, EVERYTHING])
def test_of_one_whose_filer_was_erased_it_reads_no_word_any_more(rights: tuple[ServiceRight, ...]) -> None:
    office = Office()
    known = system(office, unit="SDL", rights=rights)
    petition = office.changed(handed_in(office, known).code, unit="SXD", handler="sxd-officer")
    path = f"/petitions/{petition.code}"
    assert known.get(path).get_json()["sight"] == "handed_in"
    office.changed(petition.code, restricted_at=office.clock.now())
    answer = known.get(path)
    assert answer.get_json()["sight"] == "received"
    assert "Bãi xe" not in answer.text


def test_two_systems_of_one_unit_may_number_their_calls_alike() -> None:
    office = Office()
    systems = [system(office, account) for account in ("tong-dai", "cong-tin")]
    codes = {handed_in(office, known, number, "call-000001").code for number, known in enumerate(systems, 1)}
    again = {handed_in(office, known, number, "call-000001").code for number, known in enumerate(systems, 1)}
    assert len(office.petitions()) == 2
    assert codes == again
