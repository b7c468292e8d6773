"""The tour of README.md on a running system: every row of its table is typed and pressed as written there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.e2e.forms import Visitor
from tests.e2e.stack import CODE, ROOT, LocalStack, wait_for

TABLE = re.compile(r"<!-- tour -->\n(.+?)\n<!-- /tour -->", re.DOTALL)
DONE = re.compile(r"“([^”]+)”(?:: (?:“([^”]+)”|(the code)))?")
"""Words to type or to press, in quotes. Before a colon they are a field's label, after it the value."""
COMMAND = re.compile(r"`python3 -m infra\.local ([^`]+)`")


@dataclass(frozen=True)
class Row:
    where: str
    does: str
    sees: list[str]


def rows() -> list[Row]:
    table = TABLE.search((ROOT / "README.md").read_text())
    assert table is not None
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()[2:]]
    return [Row(where, does, re.findall("“([^”]+)”", sees)) for where, does, sees in cells]


@pytest.fixture
def tour() -> Iterator[LocalStack]:
    running = LocalStack(f"tour-{os.getpid()}")
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


@dataclass
class Guest:
    stack: LocalStack
    user: str
    code: str = ""
    """The code of the petition that was filed last."""
    site: Visitor | None = field(default=None)

    def takes(self, row: Row) -> None:
        place, _, rest = row.where.partition(", as ")
        {
            "phone": self._at_the_phone,
            "desk": lambda row: self._at_the_desk(row, re.split(",| of ", rest)[0]),
            "portal": self._at_the_portal,
            "public site": self._on_the_site,
            "terminal": self._in_the_terminal,
            "mailbox": self._in_the_mailbox,
        }[place](row)

    def _at_the_phone(self, row: Row) -> None:
        (seen,) = row.sees
        typed = [words for words, _, _ in DONE.findall(row.does)]
        answer = self.stack.says(self.user, typed[0], seen) if typed else wait_for(lambda: self._told(seen), seen)
        code = CODE.search(answer) if "đã được ghi nhận" in seen else None
        self.code = code[0] if code else self.code

    def _told(self, words: str) -> str:
        return next((message["text"] for message in self.stack.messages(self.user) if words in message["text"]), "")

    def _at_the_desk(self, row: Row, name: str) -> None:
        desk = Visitor(self.stack.client(self.stack.url("desk_url")), "/sign-in")
        desk.presses(name, {})
        address = f"/petitions/{self.code}"
        wait_for(lambda: self._opened(desk, address), f"{address} for {name}")
        self._does(desk, row)
        wait_for(lambda: self._opened(desk, address) and all(words in desk.text for words in row.sees), str(row))

    def _opened(self, page: Visitor, address: str) -> bool:
        page.opens(address)
        return page.status == 200

    def _does(self, page: Visitor, row: Row) -> None:
        filled = {}
        for words, value, code in DONE.findall(row.does):
            if value or code:
                filled[words] = value or self.code
            else:
                page.presses(words, filled)
                assert page.status == 200, page.text
                filled = {}

    def _at_the_portal(self, row: Row) -> None:
        record = wait_for(lambda: self.stack.portal_record(self.code), "the record at the portal")
        page = Visitor(self.stack.client(self.stack.url("portal_url")), "/")
        address = f"/records/{record['code']}"
        wait_for(lambda: self._opened(page, address) and all(words in page.text for words in row.sees), str(row))

    def _on_the_site(self, row: Row) -> None:
        page = Visitor(self.stack.client(self.stack.url("public_url")), "/")

        def seen() -> bool:
            page.opens("/")
            self._does(page, row)
            return all(words in page.text for words in row.sees)

        wait_for(seen, str(row))

    def _in_the_terminal(self, row: Row) -> None:
        command = COMMAND.search(row.does)
        assert command is not None, row
        done = self.stack.command(*shlex.split(command[1]))
        assert done.returncode == 0, done.stdout + done.stderr

    def _in_the_mailbox(self, row: Row) -> None:
        wanted = [self.code, *row.sees]
        wait_for(lambda: [m for m in self.stack.mails() if all(words in str(m) for words in wanted)], str(row))


@pytest.mark.skipif(os.environ.get("EMULATOR") == "google", reason="the tour is of the built-in emulators")
def test_tour_follows_the_readme(tour: LocalStack, user: str) -> None:
    guest = Guest(tour, user)
    for row in rows():
        guest.takes(row)
    assert {row.where.split(",")[0] for row in rows()} >= {"phone", "desk", "portal", "public site", "mailbox"}
