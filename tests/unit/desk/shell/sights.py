"""The URLs of all pages of the desk, and a desk with every kind of data to show on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from infra.paths import ROOT
from petitions.domain.lifecycle.states import State
from petitions.domain.mailbox.mail import MailState
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.instants import hanoi
from petitions.usecases.contact.bring_answer import ask_for_answer
from tests.unit.desk.busy import fill, with_pictures
from tests.unit.desk.difficulties.reported import reported
from tests.unit.desk.mailbox.planted import mail
from tests.unit.desk.office import PEOPLE, Browser, Office, differs
from tests.unit.desk.petition.entering import typed
from tests.unit.desk.petition.test_entry_file import OTHER, ROW, THIRD, sends, table
from tests.unit.desk.reports.making import made_and_frozen
from tests.unit.desk.scoring.planted import plant
from tests.unit.reports.making import do_jobs

PHOTO = (ROOT / "infra" / "local" / "zalo" / "static" / "photo.jpg").read_bytes()
EVERY_ROLE = tuple({role: who for who, _, _, role in reversed(PEOPLE)}.values())
"""One account of every role, in the unit that has the petitions."""
SOUGHT = "khai sinh"
DIFFICULTY = "form-0007"
SCORED = "calendar-year-2025"
_QUERIES = {
    "/": ("", "?view=overdue&state=new", "?view=done", "?view=open&level=normal&sort=newest"),
    "/contacts": ("", "?closed=1"),
    "/mails": ("", "?view=aside", "?view=decided"),
    "/take-in": ("", "?mail=waits"),
    "/figures": ("", "?period=year", "?view=units", "?view=all"),
    "/figures/list": ("?count=arrived",),
    "/admin/answers": ("", "?version=shipped"),
    "/petitions/<code>/merge": ("?main={new}",),
    "/reports/<job_id>/cells": ("?row=HANOI&column=total",),
    "/reports/frozen/<report_id>/<int:version>/cells": ("?row=HANOI&column=total",),
}
"""Query strings that change the look of a page."""
_UNNAMED = {"digest", "name", "file_id", "number", "form"}
"""Parameters of routes that serve files instead of pages. The addresses of such routes are left out."""


def _states(office: Office) -> dict[State, Petition]:
    return {
        petition.state: petition
        for petition in office.petitions()
        if petition.unit == "SXD" and petition.source == "zalo"
    }


def furnish(office: Office) -> None:
    fill(office, 60)
    coordinator, head = office.at_desk("coordinator"), office.at_desk("sxd-head")
    states = _states(office)
    head.does(states[State.ANSWERED], "publish", text="Đã chấn chỉnh một cửa.", summary="Chậm trả kết quả")
    coordinator.does(states[State.NEW], "merge", text=states[State.IN_PROGRESS].code)
    taken = {
        "key": "form-0001", "channel": "telephone", "type": "individual", "do": "file",
        "received_at": f"{hanoi(office.clock.now() - timedelta(hours=2)):%Y-%m-%dT%H:%M}",
        "content": "Cán bộ một cửa trả chậm giấy khai sinh, hẹn lại ba lần",
        "place": "12 phố Trung Kính", "name": "Lê Văn Bình", "home": "12 phố Trung Kính", "phone": "0987654321",
    }  # fmt: skip
    assert coordinator.submit("/take-in", **taken).status_code == 303
    office.types("Cho tôi gặp cán bộ")
    office.types("Cháy nhà ở 12 Trung Kính, cứu với", user="99")
    begun, answered = states[State.IN_PROGRESS], states[State.ANSWERED]
    with_pictures(office, begun, PHOTO, 6)
    more: dict[str, Any] = {
        "location": {"latitude": 21.01, "longitude": 105.8}, "coordinating": ["VPUB", "SYT"], "held_by": ["STP", "SXD"]
    }  # fmt: skip
    office.store.update(f"petitions/{begun.code}", more)
    rating = {"level": 3, "at": office.clock.now(), "reason": "Trả lời chung chung, chưa ai gọi lại cho tôi"}
    office.store.update(f"petitions/{answered.code}", {"rating": rating})
    _goes_wrong(office, begun)
    until = (office.clock.now() + timedelta(days=9)).date().isoformat()
    head.submit("/team/deputy", who="sxd-head", deputy="sxd-officer", since=until, until=until, unit="SXD")
    head.submit("/filters", name="Việc mới của khối cấp phép xây dựng", state="new")
    reported(office, key=DIFFICULTY)
    sends_files(office, coordinator)
    mail(office, "waits", subject=f"Bổ sung hồ sơ {begun.code}", fault="cut")
    mail(office, "aside", state=MailState.ASIDE, automatic="bulk")
    mail(office, "rejected", state=MailState.REJECTED, by="coordinator", reason="Thư quảng cáo", files=[])
    made_and_frozen(office)
    plant(office.store, office.frozen, office.clock.now(), SCORED)
    office.reminders()
    office.fold()


def sends_files(office: Office, coordinator: Browser) -> None:
    rows = [ROW, OTHER, THIRD, ROW | {"number": "1022-9", "phone": "12"}, ROW, ROW | {"number": "1022-10"}]
    path = sends(coordinator, table(*rows))
    do_jobs(office, office.frozen)
    coordinator.submit(path)
    do_jobs(office, office.frozen)
    sends(coordinator, table(OTHER), "file00002")
    letter = typed(office, key="form-0009", channel="letter", reply_by="post", number="8/ĐT", dated="2026-11-20")
    code = coordinator.submit("/take-in", **letter, do="file").headers["Location"].split("/")[2]
    reply = {"text": "Đã xong", "author": "sxd-officer", "unit": "SXD", "written_at": office.clock.now()}
    reply |= {"approved_at": office.clock.now(), "approved_by": "sxd-head"}
    after = office.changed(code, unit="SXD", state=State.ANSWERED, reply=StoredAnswer.model_validate(reply))
    office.store.transact(lambda tx: ask_for_answer(tx, after, "SXD", office.timekeeping, office.clock.now()))


def files_of_entries(office: Office) -> tuple[str, ...]:
    kinds = {"check_entries", "import_entries"}
    return tuple(
        path.partition("/")[2] for path in office.store.paths("jobs") if office.store.documents[path]["kind"] in kinds
    )


def _goes_wrong(office: Office, petition: Petition) -> None:
    differs(office, "D1", code=petition.code)
    letter = {
        "consumer": "petition-events-routing", "message_id": "77", "reason": "unexpected", "attempts": 5,
        "payload": b'{"code": "HN-1"}', "key": "HN-1", "attributes": {}, "kept_at": office.clock.now(),
    }  # fmt: skip
    office.store.create("dead_letters/petition-events-routing:77", letter)
    lost = next(path for path in office.store.paths("notices"))
    about = {"code": petition.code, "seq": 1}
    office.store.update(lost, {"state": "undeliverable", "error": "zalo-230", "about": about})


def _there(office: Office, rule: str) -> dict[str, tuple[str, ...]]:
    """Return existing values for each parameter of a route, by parameter name.

    Pages below a petition are limited to a few petitions.
    """
    queue = next(
        petition.code for petition in office.petitions() if petition.unit == "VPUB" and petition.source == "zalo"
    )
    taken = next(petition.code for petition in office.petitions() if petition.source != "zalo")
    states = _states(office)
    every = (*(state.code for state in states.values()), queue, taken)
    return {
        "code": every if rule == "/petitions/<code>" else (states[State.IN_PROGRESS].code, taken),
        "unit_code": ("SXD", "VPUB", "PX-00004"),
        "officer_id": ("new", "sxd-head"),
        "kind": (
            "calendars",
            "deadline_rules",
            "reminder_ladder",
            "housekeeping",
            "report_forms",
            "scoring_rules",
            "management_rules",
        ),
        "key": ("answered",),
        "template_id": ("handled", "new"),
        "difficulty_id": (DIFFICULTY,),
        "mail_id": ("waits", "aside", "rejected"),
        "job_id": files_of_entries(office) if rule.startswith("/take-in/file") else ("coordinator-scene00001",),
        "paper_id": ("none",),
        "report_id": ("II.05a-days-2026-10-01-2026-11-01",),
        "version": ("1",),
        "scoring_id": (SCORED,),
    }


def _addresses(office: Office, rule: str, names: set[str]) -> Iterator[str]:
    there = _there(office, rule)
    unknown = names - there.keys()
    assert not unknown, f"{rule}: say in {__name__} what {unknown} may be, so that its pages are looked at"
    other = _states(office)[State.ASSIGNED].code
    for values in product(*(there[name] for name in names)):
        path = rule
        for name, value in zip(names, values, strict=True):
            path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
        yield from (path + query.format(new=other) for query in _QUERIES.get(rule, ("",)))


def pages_of(office: Office, who: str) -> list[str]:
    """Return the URLs of all pages that the account can open, except redirects."""
    browser, shown = office.at_desk(who), []
    browser.submit("/search", text=SOUGHT)
    for rule in sorted(
        {iter_rule.rule for iter_rule in office.app.url_map.iter_rules() if "GET" in (iter_rule.methods or set())}
    ):
        names = {part.partition(">")[0].rpartition(":")[2] for part in rule.split("<")[1:]}
        if rule.startswith(("/api/", "/live", "/filters/beside")) or names & _UNNAMED:
            continue
        for path in _addresses(office, rule, names):
            answer = browser.see(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                shown.append(path)
    return [*shown, "/no-such-page"]
