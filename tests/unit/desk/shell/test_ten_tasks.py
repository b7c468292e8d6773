"""The clicks and requests of the desk's ten most common tasks, counted in a browser.

`tests/README.md` shows the table. The column “Before” was counted in the same way with an older desk, in which the
coordinators' proposals were on another page and a returned answer took one more step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from infra.paths import ROOT
from petitions.domain.lifecycle.states import State
from petitions.domain.petition.petition import Petition, RoutingResult, UnitProposal
from tests.unit.desk.busy import SETTLED
from tests.unit.desk.shell.served import Desk

pytestmark = pytest.mark.browser


class Cost(NamedTuple):
    """The clicks of a task, and its requests to the server without static files and polling."""

    clicks: int
    requests: int


class Hand:
    def __init__(self, desk: Desk, who: str, path: str = "/") -> None:
        self.page: Page = desk.enter(who, 1440, 900)
        self.page.goto(desk.url + path)
        self.clicks = self.requests = 0
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        self.requests += request.resource_type in {"document", "xhr"}

    @property
    def cost(self) -> Cost:
        return Cost(self.clicks, self.requests)

    def clicks_on(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def presses(self, name: str) -> None:
        self.clicks += 1
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def chooses(self, selector: str, value: str) -> None:
        self.clicks += 1
        self.page.locator(selector).select_option(value)

    def opens(self, petition: Petition) -> None:
        self.clicks_on(f"a[href='/petitions/{petition.code}']")
        self.page.wait_for_url(f"**/petitions/{petition.code}")

    def unfolds(self, name: str) -> None:
        self.clicks += 1
        self.page.locator("summary", has_text=name).first.click()

    def writes(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).locator("visible=true").first.fill(text)

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


def brought_to(desk: Desk, state: State) -> Petition:
    petition, office = desk.office.filed_in("SXD"), desk.office
    path = {
        State.NEW: [],
        State.IN_PROGRESS: ["take-up"],
        State.AWAITING_APPROVAL: ["take-up", "submit_answer"],
        State.REDO: ["take-up", "submit_answer", "return_for_redo"],
    }[state]
    for step in path:
        now = office.petition(petition.code)
        browser = office.at_desk("sxd-head" if step == "return_for_redo" else "sxd-officer")
        if step == "take-up":
            browser.submit(f"/petitions/{now.code}/take-up", version=now.version)
        else:
            browser.does(now, step, text=SETTLED, no_evidence="Việc đã xong tại chỗ")
    found = office.petition(petition.code)
    assert found.state is state
    return found


def queued(desk: Desk) -> Petition:
    routed = RoutingResult(
        proposals=[UnitProposal(unit="SXD", score=0.6)], why=[], confidence=0.6, auto=False, directory_version="1",
        at=desk.office.clock.now(),
    )  # fmt: skip
    return desk.office.changed(desk.office.filed_in("VPUB").code, routed=routed)


def takes_up(desk: Desk) -> Cost:
    petition = brought_to(desk, State.NEW)
    hand = Hand(desk, "sxd-officer")
    hand.opens(petition)
    hand.presses("Nhận và xử lý")
    hand.sees("Đang xử lý")
    return hand.cost


def _answers(desk: Desk, petition: Petition, *, first: bool) -> Cost:
    hand = Hand(desk, "sxd-officer")
    hand.opens(petition)
    hand.clicks_on("a:text('Soạn trả lời')")
    hand.writes("Nội dung trả lời", f"{SETTLED} Giấy trả ngày 25/11.")
    if first:
        hand.chooses("#outcome", "resolved")
    hand.writes("Nếu không kèm tệp nào: lý do", "Việc đã xong tại chỗ")
    hand.presses("Trình duyệt trả lời")
    hand.sees("Chờ duyệt")
    return hand.cost


def answers(desk: Desk) -> Cost:
    return _answers(desk, brought_to(desk, State.IN_PROGRESS), first=True)


def answers_again(desk: Desk) -> Cost:
    return _answers(desk, brought_to(desk, State.REDO), first=False)


def approves(desk: Desk) -> Cost:
    petition = brought_to(desk, State.AWAITING_APPROVAL)
    hand = Hand(desk, "sxd-head")
    hand.opens(petition)
    if hand.page.get_by_label("Lý do vẫn duyệt").count():
        hand.writes("Lý do vẫn duyệt", "Đã xem")
    hand.presses("Duyệt và gửi trả lời")
    hand.sees("Đã trả lời")
    return hand.cost


def accepts_and_gives(desk: Desk) -> Cost:
    petition = queued(desk)
    hand = Hand(desk, "coordinator")
    hand.clicks_on(f"#r-{petition.code} button")
    hand.sees("Đã giao")
    found = desk.office.petition(petition.code)
    assert (found.state, found.unit) == (State.ASSIGNED, "SXD")
    return hand.cost


def gives_many(desk: Desk) -> Cost:
    petitions = [queued(desk) for _ in range(3)]
    hand = Hand(desk, "coordinator")
    for petition in petitions:
        hand.clicks_on(f"#r-{petition.code} .pick input")
    hand.chooses("#bulk-unit", "SXD")
    hand.presses("Giao cho đơn vị")
    hand.presses("Giao cho đơn vị 3 hồ sơ")
    hand.sees("Xong 3 trên 3 hồ sơ")
    return hand.cost


def assigns(desk: Desk) -> Cost:
    petition = brought_to(desk, State.NEW)
    hand = Hand(desk, "sxd-head")
    hand.clicks_on(f"#r-{petition.code} .pick input")
    hand.chooses("#to", "sxd-officer")
    hand.presses("Phân công")
    hand.presses("Phân công 1 hồ sơ")
    hand.sees("Xong 1 trên 1 hồ sơ")
    return hand.cost


def asks_for_more(desk: Desk) -> Cost:
    petition = brought_to(desk, State.IN_PROGRESS)
    hand = Hand(desk, "sxd-officer")
    hand.opens(petition)
    hand.unfolds("Yêu cầu bổ sung")
    hand.writes("Nội dung cần bổ sung", "Xin gửi ảnh giấy hẹn")
    hand.presses("Yêu cầu bổ sung")
    hand.sees("Chờ bổ sung")
    return hand.cost


def answers_a_person(desk: Desk) -> Cost:
    desk.office.types("Cho tôi gặp cán bộ")
    hand = Hand(desk, "coordinator")
    hand.clicks_on("nav.menu a[href='/contacts']")
    hand.unfolds("Trả lời, đóng yêu cầu")
    hand.writes("Lời trả lời (công dân nhận qua Zalo)", "Chào anh/chị, tôi gọi lại ngay.")
    hand.presses("Gửi trả lời, chưa đóng")
    hand.sees("gửi cho công dân qua Zalo")
    return hand.cost


def finds(desk: Desk) -> Cost:
    petition = brought_to(desk, State.NEW)
    hand = Hand(desk, "sxd-officer")
    hand.writes("Mã hồ sơ hoặc từ trong nội dung", petition.code)
    hand.presses("Tìm")
    hand.sees("Tìm thấy 1 hồ sơ")
    hand.opens(petition)
    return hand.cost


TASKS: dict[str, tuple[Callable[[Desk], Cost], Cost, Cost]] = {
    "nhận và xử lý một hồ sơ mới": (takes_up, Cost(2, 3), Cost(2, 3)),
    "soạn và trình câu trả lời": (answers, Cost(4, 4), Cost(3, 4)),
    "trả lời lại theo yêu cầu": (answers_again, Cost(3, 4), Cost(4, 6)),
    "duyệt và gửi": (approves, Cost(2, 3), Cost(2, 3)),
    "nhận và giao theo đề xuất": (accepts_and_gives, Cost(1, 1), Cost(2, 3)),
    "giao ba hồ sơ cho một đơn vị": (gives_many, Cost(6, 2), Cost(6, 2)),
    "phân công cho cán bộ": (assigns, Cost(4, 2), Cost(4, 2)),
    "yêu cầu bổ sung": (asks_for_more, Cost(3, 3), Cost(3, 3)),
    "trả lời người muốn gặp cán bộ": (answers_a_person, Cost(3, 3), Cost(3, 3)),
    "tìm một hồ sơ theo mã": (finds, Cost(2, 3), Cost(2, 3)),
}
"""The tasks, each with its present and its former cost."""
CHOSEN_NOW = {"soạn và trình câu trả lời"}
"""Tasks with one more click than before, because the outcome of an answer is no longer preselected."""


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Desk]:
    opened = Desk(browser)
    yield opened
    opened.close()


@pytest.mark.parametrize("task", TASKS)
def test_cost_of_a_task(desk: Desk, task: str) -> None:
    does, now, before = TASKS[task]
    spent = does(desk)
    assert spent == now
    assert now.clicks <= before.clicks + (task in CHOSEN_NOW)
    assert now.requests <= before.requests


def test_the_table_of_the_readme_is_this_one_and_keeps_its_bars() -> None:
    readme = (ROOT / "tests" / "README.md").read_text()
    for task, (_, now, before) in TASKS.items():
        assert f"| {task} | {before.clicks}, {before.requests} | {now.clicks}, {now.requests} |" in readme
    assert TASKS["duyệt và gửi"][1].clicks <= 2
    assert TASKS["nhận và giao theo đề xuất"][1] == Cost(1, 1)
    now, before = TASKS["trả lời lại theo yêu cầu"][1:]
    assert now.clicks == before.clicks - 1
