"""A citizen's web page backed by in-memory fakes, with sample drafts and petitions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.adapters import reference
from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.citizen.citizen import AppliedPost
from petitions.domain.citizen.draft import EditConflict, InputPart, PartType, PetitionDraft
from petitions.domain.clock.ladder import Recipient
from petitions.domain.contact.contact_request import ContactReason
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.pages.draft_view import AlikeResult, DraftView, ShownFile, seen_draft
from petitions.domain.pages.links import OPEN_FOR, copy_path, page_id, page_key
from petitions.domain.pages.page_copy import PageCopy, PageView
from petitions.domain.pages.petition_view import TOLD_STEPS, HistoryLine, PetitionView, SupplementWanted, WaitingRequest
from petitions.domain.petition.petition import Location
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames
from petitions.domain.publishing.late_step import LateStep
from petitions.domain.publishing.own_view import OwnAddition, OwnFile, OwnView, SealedDoor, sealed_path
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.shared.records import replace
from petitions.usecases.pages.answer_file import AnswerFile
from petitions.usecases.pages.open_page import OpenPage
from petitions.usecases.pages.send_post import SendPost
from petitions.usecases.pages.ward_names import WardNames
from petitions.web import RateLimit
from tests.compiled_templates import COMPILED
from tests.fakes import FakeClock, FakeFiles, FakePublisher, FakeStore
from tests.unit.world import SEAL_KEYS, STORAGE

LINK = "abcdefghij0123456789"
KEY = page_key(LINK)
PAGE = page_id(KEY)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DIGITS = "5678"
PAPER = b"%PDF-1.7 a paper"


def _square(number: int) -> list[list[list[tuple[float, float]]]]:
    west, south = 105.3 + 0.25 * (number % 3), 20.6 + 0.3 * (number // 3)
    east, north = west + 0.25, south + 0.3
    return [[[(west, south), (east, south), (east, north), (west, north), (west, south)]]]


BOUNDARIES = Boundaries.load({"wards": {f"{4 * number:05}": _square(number) for number in range(6)}})


class Opened:
    def __init__(self, view: PageView | None = None, *, mapped: bool = True) -> None:
        from page_app import make_app  # noqa: PLC0415 - conftest has put it on the path

        self.public, self.tries, self.files = FakeStore(), FakeStore(), FakeFiles()
        self.publisher, self.clock, self.seals = FakePublisher(), FakeClock(AT), AesSeals(GivenKeys(SEAL_KEYS))
        wards = {ward.code: ward.name for ward in reference.directory().wards}
        self.public.create(FIGURE_NAMES_PATH, FigureNames(units={}, fields={}, wards=wards).stored())
        self.open = OpenPage(self.public, self.tries, self.seals, self.clock)
        self.app = make_app(
            self.open,
            SendPost(self.publisher, self.files, self.clock),
            AnswerFile(self.files, self.seals),
            WardNames(self.public, self.clock),
            lambda _: "203.0.113.5",
            public_url="https://pakn.example.vn",
            citizen_url="http://trang.example.vn",
            chat_url="https://zalo.example.vn/1",
            storage=STORAGE,
            boundaries=BOUNDARIES if mapped else None,
            looks=RateLimit(100_000),
            page_looks=RateLimit(100_000),
            posts=RateLimit(100_000),
        )
        self.app.jinja_env.bytecode_cache = COMPILED
        self.client: FlaskClient = self.app.test_client()
        self.view: PageView | None = None
        if view is not None:
            self.shows(view)

    def shows(self, view: PageView) -> None:
        self.view = view
        path = copy_path(PAGE)
        box = self.seals.seal(path, KEY, view.model_dump_json(exclude_none=True).encode())
        copy = PageCopy(key=self.seals.key_of(box), box=box, about=view.citizen, stage=0, mark="m")
        self.public.documents[path] = copy.stored()
        if isinstance(view, PetitionView):
            for file in view.own.files:
                self.files.put(file.object, self.seals.seal(file.object, KEY, PAPER), "application/octet-stream")

    def ends(self) -> None:
        del self.public.documents[copy_path(PAGE)]

    def opens(self, english: str = "") -> Opened:
        answer = self.client.post(f"{english}/open", data={"link": LINK})
        if isinstance(self.view, PetitionView) and not self.view.has_chat:
            self.shows(replace(self.view, digits=DIGITS))
            path = sealed_path(self.view.code)
            box = self.seals.seal(path, DIGITS, KEY.encode())
            door = SealedDoor(key=self.seals.key_of(box), box=box, mark="m", version=1)
            self.public.documents[path] = door.stored()
            answer = self.client.post(f"{english}/confirm", data={"key": KEY, "typed": DIGITS})
        assert (answer.status_code, answer.location) == (303, f"{english}/p/{PAGE}")
        return self

    def confirmed(self) -> Opened:
        """Confirm the browser with the code from the chat, which gives it all rights on the page."""
        assert self.client.post("/word", data={"key": KEY}).status_code == 200
        typed = self.sent()["action"]["word"]
        assert self.client.post("/confirm", data={"key": KEY, "asked": "word", "typed": typed}).status_code == 303
        return self

    def get(self, rest: str = "", english: str = "") -> TestResponse:
        return self.client.get(f"{english}/p/{PAGE}{rest}")

    def post(self, rest: str = "", english: str = "", **fields: Any) -> TestResponse:
        shown = self.get(rest, english).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
        given = {name: unescape(value) for name, value in hidden.items() if name not in {"file", "number"}}
        data = {**given, **fields}
        return self.client.post(f"{english}/p/{PAGE}{rest}", data=data, content_type="multipart/form-data")

    def posts(self) -> list[dict[str, Any]]:
        posts = [dict(message.data) for message in self.publisher.of("page-posts")]
        return [post for post in posts if post["action"]["kind"] != "opened"]

    def sent(self) -> dict[str, Any]:
        return self.posts()[-1]


STORY = """Từ đầu tháng 11, xe tải chở đất chạy qua ngõ 12 phố Đội Cấn cả đêm, từ 22 giờ đến 4 giờ sáng.
Đất rơi đầy đường, trẻ con đi học bị ngã hai lần. Tổ dân phố đã nhắc nhưng chủ xe không nghe.
Đèn đường trước số nhà 40 cũng hỏng từ tuần trước."""


NAMES = {"file": "Biên bản họp tổ dân phố số 3.docx"}
SECOND = "Đèn đường trước số nhà 40 hỏng từ tuần trước."


def empty_draft(**changes: Any) -> DraftView:
    return DraftView(citizen="c1", content="", seen=seen_draft(PetitionDraft()), given=AT, **changes)


def draft(**changes: Any) -> DraftView:
    parts = [InputPart(key=f"k-{n}", at=AT, type="text", text=line) for n, line in enumerate(STORY.split("\n"))]
    kinds: list[PartType] = ["image", "video", "audio", "file", "gif"]
    files = [InputPart(key=f"f-{n}", at=AT, type=kind, url="https://x") for n, kind in enumerate(kinds)]
    filled = PetitionDraft(
        parts=[*parts, *files], then=[InputPart(key="s-0", at=AT, type="text", text=SECOND)],
        address="Ngõ 12 phố Đội Cấn", ward="PX-00008", location=Location(latitude=21.035, longitude=105.82),
        name="Trần Thị Lan", phone="84912345678", residence="Số 5 ngõ 12 phố Đội Cấn, phường Ngọc Hà",
        email="lan@example.com", reply_by="phone",
    )  # fmt: skip
    states = list(AttachmentState)
    return DraftView(
        **{
            "citizen": "c1",
            "content": filled.content(),
            "beyond": "Phần dài thêm thứ nhất.",
            "second": SECOND,
            "files": [
                ShownFile(key=f"f-{n}", type=kind, name=NAMES.get(kind), at=AT, state=states[n])
                for n, kind in enumerate(kinds)
            ],
            "place": filled.address,
            "ward": filled.ward,
            "ward_choices": ["PX-00004", "PX-00008"],
            "point": filled.location,
            "name": filled.name,
            "phone": "0912 345 678",
            "home": filled.residence,
            "email": filled.email,
            "reply_by": filled.reply_by,
            "alike": [AlikeResult(summary="Xe tải chạy đêm ở phố Liễu Giai: đã phạt", path="/results/KQ-0123456789AB")],
            "twin": "HN-261101-ABCD-EFGH",
            "conflicts": [
                EditConflict(field="place", kept="Ngõ 12\nPX-00008\n", other="Số 40 Đội Cấn\nPX-00004\n", at=AT),
                EditConflict(field="phone", kept="84912345678", other="", at=AT),
                EditConflict(field="type", kept="individual", other="business", at=AT),
                EditConflict(field="reply_by", kept="", other="zalo", at=AT),
                EditConflict(field="content", kept=STORY, other="Xe tải chạy đêm.", at=AT),
            ],
            "given": AT,
            "seen": seen_draft(filled),
            **changes,
        }
    )  # fmt: skip


EVERYTHING = ["more", "rate", "contest", "withdraw", "person", "erase"]
FILE = OwnFile(
    name="Biên bản kiểm tra ngày 25 tháng 11.pdf", media_type="application/pdf", size=2_400_000, object="sealed/x/1"
)
CODE = "HN-261123-K7QM-4T2X"


def bare_petition(**changes: Any) -> PetitionView:
    own = OwnView(content="Rác chưa được thu gom ở ngõ 12.")
    until = AT + OPEN_FOR
    return PetitionView(citizen="c1", code=CODE, state=State.NEW, unit="", filed_at=AT, own=own, until=until, **changes)


def petition(**changes: Any) -> PetitionView:
    words = "Đề nghị cung cấp biển số xe và thời gian cụ thể.\nĐã kiểm tra ngày 20/11."
    history = [
        HistoryLine(
            at=AT + timedelta(hours=n), step=step, unit=f"UBND phường số {n // 3}", words=words if n % 4 == 0 else ""
        )
        for n, step in enumerate(sorted(TOLD_STEPS))
    ]
    return PetitionView(
        **{
            "citizen": "c1",
            "code": CODE,
            "state": State.AWAITING_CITIZEN,
            "unit": "Ủy ban nhân dân phường Ngọc Hà",
            "filed_at": AT,
            "answered_at": AT + timedelta(days=3),
            "clock": ClockName.ANSWER,
            "due_at": AT - timedelta(days=1),
            "due_why": "10 ngày làm việc từ 16:00 thứ Hai 09/11; còn gia hạn được.",
            "late_step": LateStep(
                clock=ClockName.ANSWER, due_at=AT - timedelta(days=1), reminded=Recipient.HEAD, until=AT.date()
            ),
            "waiting": [WaitingRequest(why=ContactReason.PERSON, at=AT + timedelta(days=2))],
            "wanted": SupplementWanted(
                words="Xin gửi:\n- Ảnh chụp biển số xe\n- Thời gian xe chạy qua\n- Số điện thoại tổ trưởng dân phố",
                until=AT + timedelta(days=5),
            ),
            "history": history,
            "own": OwnView(
                content=STORY,
                additions=[OwnAddition(at=AT + timedelta(days=1), text="Đêm qua xe vẫn chạy.\nCó ảnh.")],
                answer="Kính gửi bà Trần Thị Lan.\nUBND phường đã kiểm tra, phạt chủ xe 4 triệu đồng.",
                basis="Nghị định số 168/2024/NĐ-CP, Điều 20",
                files=[FILE],
                decision="Nội dung về đèn đường thuộc trách nhiệm của Sở Xây dựng, đã chuyển.",
                rating=2,
            ),
            "place": "Ngõ 12 phố Đội Cấn, phường Ngọc Hà",
            "sent": [
                ShownFile(key="f-1", type="image", at=AT, state=AttachmentState.STORED),
                ShownFile(key="f-2", type="file", name="Đơn.pdf", at=AT, state=AttachmentState.FAILED),
            ],
            "may": EVERYTHING,
            "until": AT + timedelta(days=30),
            **changes,
        }
    )  # fmt: skip


def applied(words: str = "Tôi đã ghi nội dung sửa.\nCòn thiếu: số điện thoại.") -> AppliedPost:
    return AppliedPost(key="sent-key", page=PAGE, words=words)
