"""The description of the API: valid, of every route, true of every answer; odd bodies never break anything."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.unit.desk.office import Office, differs
from tests.unit.desk.scoring.planted import plant
from tests.unit.desk.shell.doors import TAKEN_IN

ODD: list[Any] = [None, "", " ", "x" * 300, "\u0000", "HN-261123-0000-003Y", -1, 0, 1, 2**40, 1.5, True, [], {}, ["a"]]
REMOVE = "/api/petitions/{code}/answer/files/{file_id}/remove"
DIFFICULTY = "/api/difficulties/{difficulty_id}"
DIFFERENCES = "/api/portal/differences"
ONE = f"{DIFFERENCES}/{{difference_id}}"
SEED, TRIES = 20261124, 400


def described(office: Office) -> dict[str, Any]:
    document: dict[str, Any] = office.at_desk("inspector").see("/api/openapi.json").get_json()
    return document


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document["components"]})


def schema_of(holder: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = holder["content"]["application/json"]["schema"]
    return found


def test_it_names_every_route_and_every_schema_is_one() -> None:
    office = Office()
    document = described(office)
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in office.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert document["paths"].keys() == rules - {"/api/openapi.json"}
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert reference in document["components"]["schemas"]


def test_a_route_reads_no_other_body_than_it_declares() -> None:
    from petition.pages import Act, Note  # noqa: PLC0415 - conftest has put it on the path
    from shell.json_api import body  # noqa: PLC0415

    given = {"kind": "noted", "text": "đã xem"}
    with Office().app.test_request_context("/api/petitions/x/notes", method="POST", json=given):
        assert body(Note).text == "đã xem"
        with pytest.raises(TypeError, match="does not declare that it takes Act"):
            body(Act)


def test_every_answer_is_as_described() -> None:
    office = Office()
    document = described(office)
    petition = office.filed_in("SXD")
    office.store.update(f"petitions/{petition.code}", {"location": {"latitude": 21.0123, "longitude": 105.8}})
    for identity in ("D1", "D2"):
        differs(office, identity)
    office.fold()
    plant(office.store, office.frozen, office.clock.now(), "planted")
    begun = office.at_desk("sxd-head").submit(f"/petitions/{petition.code}/papers", kind="receipt", key="p" * 20)
    assert begun.status_code == 303
    head = office.at_desk("sxd-head")
    others = {
        path: office.at_desk("admin") for path in ("/api/officers", "/api/reference", "/api/texts", "/api/answers")
    }
    others[DIFFERENCES] = office.at_desk("coordinator")
    notes = f"/petitions/{petition.code}"
    calls: list[tuple[str, str, str, Any]] = [
        ("/api/me", "get", "/me", None),
        ("/api/petitions", "get", "/petitions?state=new", None),
        ("/api/changes", "get", "/changes?view=open&since=2026-11-23T00:00:00Z", None),
        ("/api/petitions/search", "post", "/petitions/search", {"text": "khai sinh"}),
        ("/api/petitions/{code}", "get", notes, None),
        ("/api/petitions/{code}/notes", "post", f"{notes}/notes", {"kind": "noted", "text": "đã xem"}),
        ("/api/petitions/{code}/reveal", "post", f"{notes}/reveal", {"reason": "gọi hẹn"}),
        ("/api/petitions/{code}/actions/{action}", "post", f"{notes}/actions/accept", {"version": 2}),
        ("/api/petitions/{code}/receipt", "get", f"{notes}/receipt", None),
        ("/api/petitions/{code}/receipt", "post", f"{notes}/receipt", {"key": "form-0002"}),
        ("/api/petitions/by-hand", "post", "/petitions/by-hand", TAKEN_IN),
        ("/api/petitions/bulk", "post", "/petitions/bulk", {"do": "remind", "codes": [petition.code]}),
        ("/api/team/hand-over", "post", "/team/hand-over", {"unit": "SXD", "leaving": "sxd-officer", "to": "sxd-head"}),
        ("/api/team/deputies", "post", "/team/deputies", {"who": "sxd-head"}),
        ("/api/petitions/{code}/answer", "get", f"{notes}/answer", None),
        ("/api/petitions/{code}/answer", "post", f"{notes}/answer", {"text": "x"}),
        ("/api/petitions/{code}/answer/files", "post", f"{notes}/answer/files", {"content": "AAAA"}),
        (REMOVE, "post", f"{notes}/answer/files/x/remove", None),
        ("/api/petitions/{code}/actions/{action}", "post", f"{notes}/actions/accept", {"version": 1}),
        ("/api/petitions/{code}/actions/{action}", "post", f"{notes}/actions/accept", {}),
        (DIFFERENCES, "get", "/portal/differences", None),
        (f"{ONE}/dismiss", "post", "/portal/differences/D2/dismiss", {"reason": "đã gọi hỏi Cổng"}),
        (f"{ONE}/repair", "post", "/portal/differences/D1/repair", {}),
        (f"{ONE}/repair", "post", "/portal/differences/D1/repair", {}),
        ("/api/figures", "get", "/figures", None),
        ("/api/figures/list", "get", "/figures/list?count=open", None),
        ("/api/boards/triage", "get", "/boards/triage", None),
        ("/api/boards/lateness", "get", "/boards/lateness", None),
        ("/api/boards/reminders", "get", "/boards/reminders", None),
        ("/api/boards/undelivered", "get", "/boards/undelivered", None),
        ("/api/boards/letters", "get", "/boards/letters", None),
        ("/api/boards/letters/{letter_id}/replay", "post", "/boards/letters/none:1/replay", {}),
        ("/api/officers", "get", "/officers", None),
        ("/api/officers/import", "post", "/officers/import", {"table": "name,email,unit,role\n"}),
        ("/api/officers/{officer_id}/leave", "post", "/officers/admin/leave", {"to": ""}),
        ("/api/first-steps", "get", "/first-steps", None),
        ("/api/search", "post", "/search", {"text": "khai sinh"}),
        ("/api/management/{month}", "get", "/management/2026-10", None),
        ("/api/scoring", "get", "/scoring", None),
        ("/api/scoring/{scoring_id}", "get", "/scoring/planted", None),
        ("/api/scoring/{scoring_id}/units/{unit_code}", "get", "/scoring/planted/units/SXD", None),
        ("/api/petitions/{code}/papers", "get", f"{notes}/papers", None),
        ("/api/jobs", "get", "/jobs", None),
        ("/api/jobs", "post", "/jobs", {"kind": "none", "key": "form0001"}),
        ("/api/filters", "get", "/filters", None),
        ("/api/filters", "post", "/filters", {"name": "Việc mới", "filters": {"state": "new"}}),
        ("/api/filters/{filter_id}/share", "post", "/filters/none/share", {}),
        ("/api/filters/{filter_id}/withdraw", "post", "/filters/none/withdraw", {}),
        ("/api/filters/{filter_id}/remove", "post", "/filters/none/remove", {}),
        ("/api/contacts", "get", "/contacts", None),
        ("/api/contacts/dissatisfied", "get", "/contacts/dissatisfied", None),
        ("/api/contacts/{request_id}/see", "post", "/contacts/none/see", {}),
        ("/api/contacts/{request_id}/answer", "post", "/contacts/none/answer", {"text": "Chào anh/chị"}),
        ("/api/contacts/{request_id}/close", "post", "/contacts/none/close", {"outcome": "helped"}),
        (
            "/api/difficulties",
            "post",
            "/difficulties",
            {"key": "form-0001", "kind": "data", "text": "Không tìm ra mẫu"},
        ),
        ("/api/difficulties", "get", "/difficulties", None),
        (DIFFICULTY, "get", "/difficulties/form-0001", None),
        ("/api/difficulties/quarter", "get", "/difficulties/quarter", None),
        (f"{DIFFICULTY}/arrange", "post", "/difficulties/form-0001/arrange", {"version": 1}),
        (f"{DIFFICULTY}/answer", "post", "/difficulties/form-0001/answer", {"version": 1, "text": "Đã thêm"}),
        (f"{DIFFICULTY}/judge", "post", "/difficulties/form-0001/judge", {"version": 1, "helped": True}),
        (f"{DIFFICULTY}/link", "post", "/difficulties/form-0001/link", {"version": 1, "kind": "software", "what": "x"}),
        (f"{DIFFICULTY}/close", "post", "/difficulties/form-0001/close", {"version": 1, "why": "trùng"}),
        ("/api/audit", "get", "/audit", None),
        ("/api/petitions/{code}/audit", "get", f"{notes}/audit", None),
        ("/api/officers", "post", "/officers", {"name": "", "email": "", "unit": "", "role": ""}),
        ("/api/units", "get", "/units", None),
        ("/api/units/{unit_code}", "get", "/units/SXD", None),
        ("/api/units/{unit_code}", "post", "/units/SXD", {}),
        ("/api/reference/{kind}", "get", "/reference/calendars", None),
        ("/api/reference/{kind}", "post", "/reference/calendars", {"data": "{}", "seen": ""}),
        ("/api/answers", "get", "/answers", None),
        ("/api/answers", "post", "/answers", {"templates": [], "seen": ""}),
        ("/api/team/answers", "get", "/team/answers", None),
        ("/api/team/answers", "post", "/team/answers", {"templates": [], "seen": ""}),
        ("/api/texts", "get", "/texts", None),
        ("/api/texts/{key}", "get", "/texts/menu", None),
        ("/api/texts/{key}", "post", "/texts/menu", {"texts": "Xin chào", "seen": ""}),
        ("/api/sign-in", "post", "/sign-in", {"officer": "sxd-officer"}),
        ("/api/sign-in", "post", "/sign-in", {"officer": "nobody"}),
    ]
    assert {(path, verb) for path, verb, _, _ in calls} == {
        (path, verb) for path, verbs in document["paths"].items() for verb in verbs
    }
    statuses = set()
    for path, verb, wanted, body in calls:
        browser = next((other for begin, other in others.items() if path.startswith(begin)), head)
        answer = browser.see(f"/api{wanted}") if verb == "get" else browser.call(wanted, body)
        statuses.add(answer.status_code)
        operation = document["paths"][path][verb]
        validator(document, schema_of(operation["responses"][str(answer.status_code)])).validate(answer.get_json())
        if verb == "post" and answer.status_code == 200 and body is not None:
            validator(document, schema_of(operation["requestBody"])).validate(body)
    assert statuses == {200, 400, 403, 404, 409}


@pytest.mark.parametrize("path", ["search", "notes", "reveal", "accept", "refuse", "assign", "publish", "dismiss"])
def test_odd_bodies_are_answered_as_described(path: str) -> None:
    """Values of wrong kinds in every field of every body: refused with words, never a fault of ours."""
    office, chance = Office(), random.Random(f"{SEED}{path}")
    document = described(office)
    petition = office.filed_in("SXD")
    differs(office, "D1")
    route = {"search": "/api/petitions/search", "notes": "/api/petitions/{code}/notes",
             "reveal": "/api/petitions/{code}/reveal",
             "dismiss": f"{ONE}/dismiss"}.get(path, "/api/petitions/{code}/actions/{action}")  # fmt: skip
    operation = document["paths"][route]["post"]
    name = schema_of(operation["requestBody"])["$ref"].rsplit("/", 1)[-1]
    fields = [*document["components"]["schemas"][name]["properties"], "other"]
    browser = office.at_desk("coordinator")
    client: FlaskClient = browser.client
    office.app.extensions["desk_limit"]._most = 1e9
    office.app.extensions["desk_limit"]._buckets.clear()
    url = route.replace("{code}", petition.code).replace("{action}", path).replace("{difference_id}", "D1")
    for _ in range(TRIES):
        body = {field: chance.choice(ODD) for field in chance.sample(fields, chance.randint(0, len(fields)))}
        answer = client.post(url, json=body, headers={"X-CSRF-Token": browser.csrf})
        assert answer.status_code in {200, 400, 403, 404, 409}, (body, answer.text)
        validator(document, schema_of(operation["responses"][str(answer.status_code)])).validate(answer.get_json())
