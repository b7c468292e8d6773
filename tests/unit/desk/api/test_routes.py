"""What other systems do by `/api/v1`: they hand in, follow, act within their unit, and see no more than its people."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from petitions.domain.petition.petition import Petition
from tests.unit.desk.api.systems import System, story, system
from tests.unit.desk.office import Office


def handed_in(office: Office, known: System, number: int = 1) -> Petition:
    answer = known.post("/petitions", story(office, number), once=f"call-{number:06}")
    assert answer.status_code == 200, answer.text
    return office.petition(answer.get_json()["code"])


def test_a_petition_is_handed_in_once_with_its_channel_and_number() -> None:
    office = Office()
    known = system(office)
    given = story(office)
    answers = [known.post("/petitions", given, once="call-000001").get_json() for _ in range(3)]
    assert [each.pop("new") for each in answers] == [True, False, False]
    assert answers[0] == answers[1] == answers[2]
    (petition,) = office.petitions()
    assert petition.taken
    assert (petition.taken.by, petition.taken.channel, petition.taken.number) == ("tong-dai", "1022", "1022-0001")
    again = known.post("/petitions", given, once="call-000002")
    assert (again.status_code, again.get_json()["type"]) == (409, "number_known")
    assert len(office.petitions()) == 1


def test_a_wrong_body_is_told_all_its_faults_and_nothing_that_it_said() -> None:
    office = Office()
    known = system(office)
    missing = known.post("/petitions", story(office))
    assert (missing.status_code, missing.get_json()["type"]) == (400, "key_malformed")
    given = story(office, received_at="gestern", type="x", secret="0912345678")
    wrong = known.post("/petitions", given, once="call-000001")
    assert (wrong.status_code, wrong.mimetype) == (400, "application/problem+json")
    assert {each["field"] for each in wrong.get_json()["faults"]} == {"received_at", "type", "secret"}
    assert "0912345678" not in wrong.text
    empty = known.post("/petitions", story(office, name="", home=""), once="call-000001")
    assert (empty.status_code, empty.get_json()["type"]) == (400, "entry_incomplete")
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
    office.at_desk("sxd-officer").does(office.petition(petition.code), "start")
    assert known.post(f"{path}/answer", {"text": "Đã kiểm tra"}).status_code == 200
    file = known.post(f"{path}/answer/files", {"name": "a.pdf", "content": "JVBERi0xLjcKJSVFT0YK"}).get_json()
    fetched = known.get(f"{path}/files/{file['id']}")
    assert (fetched.status_code, fetched.mimetype) == (200, "application/pdf")
    other = office.filed_in("SYT")
    for step, given in (("accept", {"version": 1}), ("notes", {"text": "x"}), ("answer", {"text": "x"})):
        assert known.post(f"/petitions/{other.code}/{step}", given).status_code == 404


def test_changes_are_followed_in_order_and_nothing_is_missed_or_told_of_what_is_closed() -> None:
    office = Office()
    known = system(office)
    mine = [handed_in(office, known, number) for number in range(1, 4)]
    office.filed_in("SYT")
    assert known.get("/changes").get_json()["changes"] == []  # one may still be on its way to the database
    office.clock.advance(seconds=20)
    first = known.get("/changes").get_json()
    assert sorted(each["code"] for each in first["changes"]) == sorted(each.code for each in mine)
    assert {each["sight"] for each in first["changes"]} == {"state"}  # they lie with other units
    assert not first["more"]
    assert known.get(f"/changes?cursor={first['cursor']}").get_json()["changes"] == []
    kept = office.filed_in("SXD")
    office.at_desk("sxd-officer").does(kept, "accept")
    office.clock.advance(seconds=20)
    second = known.get(f"/changes?cursor={first['cursor']}").get_json()
    assert [(each["code"], each["sight"], each["state"]) for each in second["changes"]] == [
        (kept.code, "whole", "accepted")
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
    operations = [each for verbs in document["paths"].values() for each in verbs.values()]
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
        if name == "draft":
            office.at_desk("sxd-officer").does(office.petition(code), "start")
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
