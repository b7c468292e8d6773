"""A part of `tests/security/who_may.txt`, checked on the deployed desk."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import httpx
import pytest

from tests.e2e.stack import NAME, LocalStack, Officer
from tests.e2e.test_confidentiality import HEAD, WARD, files_matter
from tests.security.role_table import BLOCKS, PEOPLE, Row

OWN, INVITED, FORMER, FOREIGN = "SYT", "STP", "SNV", "SXD"
READ = {"GET /petitions/<code>", "GET /petitions/<code>/answer"}
TRIED = {
    "POST /petitions/<code>/reveal": {"reason": "gọi hẹn làm việc"},
    "POST /petitions/<code>/notes": {"kind": "noted", "text": "đã xem"},
    "POST /petitions/<code>/notes invite": {"kind": "coordinated", "text": "Xin ý kiến", "unit": INVITED},
    "POST /api/petitions/<code>/answer": {"text": "Đang viết"},
}
ROWS = [row for block in ("in every state", "in progress") for row in BLOCKS[block] if str(row) in READ | TRIED.keys()]


@dataclass
class Matter:
    stack: LocalStack
    code: str
    story: str
    people: dict[str, Officer]

    def ask(self, who: str, row: Row) -> httpx.Response:
        path, person = row.rule.replace("<code>", self.code), self.people.get(who)
        http = person.http if person else self.stack.client(self.stack.url("desk_url"))
        if row.method == "GET":
            return http.get(path)
        body, token = TRIED[str(row)], {"X-CSRF-Token": person.csrf if person else ""}
        if not row.rule.startswith("/api/"):
            return http.post(path, data=body, headers=token)
        seen = person.draft_version(self.code) if person else ""
        return http.post(path, json={**body, "seen": seen}, headers=token)

    def letter(self, row: Row, answer: httpx.Response) -> str:
        """Return the letter that stands for this response in the table, as far as the response alone shows it."""
        text = answer.text
        if NAME in text:
            return "R"
        known = {HTTPStatus.UNAUTHORIZED: "i", HTTPStatus.FORBIDDEN: "x", HTTPStatus.NOT_FOUND: "."}
        if answer.headers.get("location", "").startswith("/sign-in"):
            return "i"
        if answer.status_code in known:
            # Officers with access to the petition are refused on its page.
            shown = row.method == "POST" and answer.status_code == HTTPStatus.FORBIDDEN
            assert shown or self.story not in text
            return known[HTTPStatus(answer.status_code)]
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.SEE_OTHER}, text
        if row.method == "POST":
            return "y"
        return "Y" if self.story in text else "n"


@pytest.fixture
def matter(stack: LocalStack, user: str) -> Matter:
    code, coordinator = files_matter(stack, user, HEAD)["code"], stack.officer("coordinator")
    coordinator.does(code, "accept")
    coordinator.does(code, "assign", unit=FORMER, sure="1", text="Thuộc Sở Nội vụ")
    coordinator.does(code, "reassign", unit=OWN, sure="1", text="Thuộc Sở Y tế")
    own = {role: stack.officer(role, OWN) for role in ("officer", "head")}
    own["officer"].does(code, "start")
    people = {"own officer": own["officer"], "own head": own["head"], "coordinator": coordinator,
              "inspector": stack.officer("inspector"), "admin": stack.officer("admin")}  # fmt: skip
    for name, unit in (("foreign", FOREIGN), ("invited", INVITED), ("accused", WARD), ("former", FORMER)):
        people |= {f"{name} {role}": stack.officer(role, unit) for role in ("officer", "head")}
    invited = own["officer"].submit(f"/petitions/{code}/notes", **TRIED["POST /petitions/<code>/notes invite"])
    assert invited.status_code == HTTPStatus.SEE_OTHER, invited.text
    return Matter(stack, code, HEAD[:40], people)


def test_deployed_desk_responds_as_in_the_table(matter: Matter) -> None:
    columns = {"nobody": "-", "coordinator": "coordinator", "inspector": "inspector", "admin": "admin"} | {
        f"{group} {role}": PEOPLE[group][number]
        for group in ("own", "foreign", "invited", "accused", "former")
        for number, role in enumerate(("officer", "head"))
    }
    found, expected = {}, {}
    for row in ROWS:
        found[str(row)] = {who: matter.letter(row, matter.ask(who, row)) for who in columns}
        expected[str(row)] = {who: row.answers[column] for who, column in columns.items()}
    assert found == expected
