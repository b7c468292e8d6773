"""The public site over in-memory fakes, with sample petitions and published results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from petitions import web
from petitions.adapters.incoming import caller
from petitions.domain.files.attachment import copy_name
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.petition.stored_answer import Publication, StoredAnswer
from petitions.domain.privacy.data_storage import DataStorage
from petitions.domain.reports.frozen import PublicNumber, PublicReport
from petitions.domain.shared.records import replace
from petitions.ports.store import Query
from petitions.usecases.publishing.public_view import PublicView
from tests.compiled_templates import COMPILED
from tests.fakes import FakeClock, FakeStore
from tests.unit.petition.handling import WHY_NONE, act, given, officer
from tests.unit.world import CITIZEN_URL, STORAGE, World


class CountingStore(FakeStore):
    counts = 0

    def count(self, query: Query) -> int:
        self.counts += 1
        return super().count(query)


class Site:
    def __init__(self, storage: DataStorage = STORAGE) -> None:
        from public_app import make_app  # noqa: PLC0415 - conftest has put it on the path

        self.public = CountingStore()
        self.world = World(public=self.public)
        self.petition: Petition = self.world.files("UBND phường chậm trả giấy khai sinh <b>")
        self.world.routing(self.petition.code)
        self.project = self.world.project
        self.project(self.petition.code)
        self.clock = FakeClock(self.world.clock.now())
        self.seconds = 0.0
        self.app = make_app(
            PublicView(self.public, self.clock, self.world.index),
            lambda environ: caller(environ, 1),
            public_url="https://pakn.example.vn",
            citizen_url=CITIZEN_URL,
            chat_url="https://zalo.example.vn/1",
            storage=storage,
            look_ups=web.RateLimit(30, lambda: self.seconds),
            reads=web.RateLimit(300, lambda: self.seconds),
        )
        self.app.jinja_env.bytecode_cache = COMPILED
        self.client: FlaskClient = self.app.test_client()


DIGITS = "5678"
ANSWER = (
    "Đơn vị đã kiểm tra, xin lỗi công dân và đã hướng dẫn lại cán bộ một cửa theo đúng quy định. Giấy trả sáng 26/11."
)
BASIS = "Điều 16 Luật Hộ tịch"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES = b"PK\x03\x04 a sheet " * 40


def submitted(world: World, petition: Petition) -> Petition:
    staff = officer(petition.unit)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, staff, petition, action)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, basis=BASIS, no_evidence=WHY_NONE)
    name = f"Phụ lục {petition.code}"
    world.kept.put(copy_name(f"obj-{name}", "aa"), BYTES, SHEET)
    assert petition.reply
    reply = replace(petition.reply, attachments=[given(world, petition, name, SHEET, len(BYTES))])
    world.store.update(petition_path(petition.code), {"reply": reply.stored()})
    return petition


def answered(world: World, petition: Petition) -> Petition:
    petition = submitted(world, petition)
    return act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE, text="Đã xem")


class AnsweredSite(Site):
    def __init__(self) -> None:
        super().__init__()
        self.petition = answered(self.world, self.world.petitions()[0])
        self.code = self.petition.code
        self.world.relay()
        self.clock.at = self.world.clock.at


class Published(Site):
    def publishes(self, number: int, **changes: Any) -> Petition:
        """Publish the answer to a new petition, with the given changes, a minute after the last one."""
        world = self.world
        world.clock.advance(minutes=1)
        petition = world.files(f"Phản ánh số {number}", user=f"20000000000000000{number:02}")
        now = world.clock.now()
        reply = StoredAnswer(text="Gửi bà Lan", author="a", unit="SXD", written_at=now, approved_at=now)
        words = Publication(summary=f"Tóm tắt {number} <i>", answer=f"Đã chấn chỉnh {number}.", by="h", at=now)
        shown = replace(petition, state=State.PUBLISHED, reply=reply, publication=words, version=9)
        after = replace(shown, **changes)
        world.store.documents[f"petitions/{petition.code}"] = after.stored()
        self.project(petition.code)
        return after


NUMBER = PublicNumber(head="Tiếp nhận: Tổng số", definition="Mọi phản ánh nhận trong kỳ.", number=56)


def report(quarter: int, version: int = 1) -> PublicReport:
    until = datetime(2026, 3 * quarter, 28, tzinfo=UTC)
    return PublicReport(
        form="II.05a", title="Tình hình xử lý", period_label=f"Quý {quarter}/2026", caveats=["Mẫu chưa đối chiếu."],
        since=datetime(2026, 1, 1, tzinfo=UTC), until=until, cut=until, version=version,
        restates="Phân loại lại <b>" if version > 1 else "", frozen_at=until, hash=f"{quarter}" * 64, numbers=[NUMBER],
    )  # fmt: skip
