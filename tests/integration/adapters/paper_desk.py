"""Twenty petitions of one unit with drafts of official papers, and the use cases that issue papers.

Run as a program, it issues drafts one after the other until it is killed: `paper_desk.py <first> <last>`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from infra.emulators.testing.firestore_server import CHECKED_PROJECT
from petitions.adapters import reference
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.ids import RandomIds
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.papers.paper import Paper, PaperKind, PaperRegister, paper_path, register_path
from petitions.domain.petition.petition import Contact, Petition, petition_path
from petitions.ports.messages import Publisher
from petitions.ports.store import Query, Store
from petitions.usecases.papers.draft_paper import DraftPaper, paper_mark
from petitions.usecases.papers.issue_paper import IssuePaper
from tests.fakes import FakeClock, FakePublisher

HEAD = Officer(
    id="sxd-head", name="Trần Thu Hằng", email="h@example.vn", unit="SXD", role=Role.HEAD, position="Giám đốc"
)
CODES = [f"HN-261123-0000-{number:04d}" for number in range(20)]
KEYS = [f"paper{number:015d}" for number in range(20)]
YEAR = 2026


@dataclass
class PaperDesk:
    store: Store
    publisher: Publisher

    def issue(self, number: int) -> Paper:
        paper = Paper.model_validate(self.store.get(paper_path(CODES[number], KEYS[number])))
        issuing = IssuePaper(
            self.store,
            self.publisher,
            FakeClock(),
            RandomIds(),
            reference.directory(),
            reference.paper_forms(),
        )
        return issuing(HEAD, CODES[number], KEYS[number], paper_mark(paper))

    def papers(self) -> list[Paper]:
        paths = [paper_path(code, key) for code, key in zip(CODES, KEYS, strict=True)]
        return [Paper.model_validate(found) for found in self.store.get_all(paths)]

    def last(self) -> int:
        found = self.store.get(register_path("SXD", YEAR))
        return PaperRegister.model_validate(found).last if found else 0

    def lines(self, number: int) -> list[str]:
        found = self.store.find(Query(f"petitions/{CODES[number]}/history"))
        return [document.data["action"] for document in found if document.data["action"] == "paper_issued"]


def filled(store: Store) -> PaperDesk:
    clock = FakeClock()
    drafts = DraftPaper(store, clock, RandomIds(), reference.directory(), reference.paper_forms())
    for code, key in zip(CODES, KEYS, strict=True):
        petition = Petition(
            code=code,
            citizen="c",
            title="Vỉa hè bị lấn chiếm",
            content="Vỉa hè trước chợ bị lấn chiếm cả ngày.",
            address="12 phố Trung Kính",
            contact=Contact(name="Nguyễn Thị Lan", phone="84912345678", address="Số 9 ngõ 2"),
            state=State.IN_PROGRESS,
            unit="SXD",
            filed_at=clock.now(),
        )
        store.create(petition_path(code), petition.stored())
        drafts.begin(HEAD, code, PaperKind.RECEIPT, key)
        saved = Paper.model_validate(store.get(paper_path(code, key)))
        drafts.save(HEAD, code, key, paper_mark(saved), saved.subject, saved.body.replace("[hạn trả lời]", "10 ngày"))
    return PaperDesk(store, FakePublisher())


if __name__ == "__main__":
    desk = PaperDesk(FirestoreStore(CHECKED_PROJECT, "petitions"), FakePublisher())
    for item in range(int(sys.argv[1]), int(sys.argv[2])):
        desk.issue(item)
