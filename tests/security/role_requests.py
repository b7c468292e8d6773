"""A valid request for every row of `who_may.txt`: a path, and a body that is accepted from people with access."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from petitions.domain.shared.fingerprint import version_of
from petitions.domain.shared.instants import hanoi
from petitions.usecases.petition.draft_answer import draft_mark
from tests import law
from tests.security.role_table import Row
from tests.security.role_world import LETTER, MARK, Place
from tests.unit.desk.scoring.planted import CASE

_QUERIES = {
    "GET / open": "?view=open",
    "GET / helping": "?view=helping",
    "GET /list.csv": "?view=open",
    "GET /figures": "?unit=SXD",
    "GET /figures.csv": "?unit=SXD",
    "GET /figures/list": "?unit=SXD&count=open",
}
_NEW = {"name": "Trần Mới", "email": "moi@example.vn", "unit": "SXD", "role": "officer"}
_TABLE = "name,email,unit,role\nTrần Mới,moi@example.vn,SXD,officer\n"
_PAPER = {
    "key": "form-0001", "channel": "telephone", "content": "Bãi xe số 5 phố Trung Kính thu 20.000 đồng một lượt",
    "place": "5 phố Trung Kính", "name": "Lê Văn Bình", "home": "12 phố Láng", "phone": "0987 654 321",
    "type": "individual",
}  # fmt: skip


_SIMPLE: dict[str, dict[str, Any]] = {
    "/difficulties": {"key": "form-0001", "kind": "data", "text": "Không tìm ra mẫu trả lời"},
    "/difficulties/<difficulty_id>/arrange": {"version": 1, "group": "Mẫu trả lời", "assigned": "STC"},
    "/difficulties/<difficulty_id>/answer": {"version": 1, "text": "Mẫu đã được thêm"},
    "/difficulties/<difficulty_id>/link": {"version": 1, "kind": "software", "what": "Thêm mẫu", "text": "Thêm mẫu"},
    "/difficulties/<difficulty_id>/close": {"version": 1, "why": "Đã gộp", "text": "Đã gộp"},
    "/mails/<mail_id>/reject": {"version": "1", "key": "form-0001", "text": "Thư rác"},
    "/mails/<mail_id>/take-out": {"version": "1", "key": "form-0001"},
    "/": {"text": "x"},
    "/filters": {"name": "Việc của tôi"},
    "/layout": {"column": ["due"]},
    "/me/settings": {"phone": "0987 654 321"},
    "/scoring/make": {"name": "2025", "restates": "", "key": "form0001"},
    "/scoring/<scoring_id>/freeze": {"key": "form0002", "sure": "1"},
    "/scoring/<scoring_id>/contests": {"case": f"on_time {CASE}", "text": "Nghỉ bão ba ngày theo công điện"},
    "/scoring/<scoring_id>/contests/<contest_id>": {"accepted": "1", "text": "Đúng là nhập nhầm."},
    "/list": {"view": "open", "key": "form0001"},
    "/management": {"name": "2026-10", "key": "form0001"},
    "/reports": {"form": "II.05a", "period": "year", "name": "2026", "key": "form0001"},
    "/contacts/<request_id>/answer": {"text": "Cán bộ sẽ gọi lại cho anh/chị"},
    "/contacts/<request_id>/close": {"outcome": "helped"},
    "/contacts/<request_id>/reveal": {"reason": "gọi cứu nạn"},
    "/contacts/<request_id>/give-answer": {"text": "Đã gọi lúc 9 giờ, người gửi nghe máy", "given": "yes"},
    "/portal/<difference_id>/dismiss": {"reason": "đã gọi hỏi Cổng"},
}


def path_of(row: Row, place: Place) -> str:
    file = "draft" if row.variant == "draft" else "photo"
    person = "new" if row.method == "POST" and row.rule.endswith("<officer_id>") else "sdl-head"
    skeletons = law.packaged_data("answers.json")["templates"]
    template = "new" if row.method == "POST" and row.rule.endswith("<template_id>") else skeletons[1]["id"]
    paper = "ready" if row.variant == "ready" or row.rule.endswith("<form>") else "draft"
    asked = "due" if row.rule.endswith("/give-answer") else "low"
    known = {
        "code": place.code, "action": "ask_supplement", "file_id": file, "difference_id": "D1", "letter_id": LETTER,
        "request_id": f"{row.variant or 'own'}-{asked}", "officer_id": person, "unit_code": "SYT", "kind": "calendars",
        "mail_id": f"{row.variant or 'own'}-mail",
        "difficulty_id": f"{row.variant or 'own'}-difficulty",
        "key": "rated", "template_id": template, "job_id": "sxd-officer-form0001", "int:number": "0",
        "report_id": "none", "int:version": "1",
        "paper_id": paper, "form": "pdf",
        "scoring_id": f"{row.variant or 'open'}-year", "contest_id": "c1",
    }  # fmt: skip
    path, since = row.rule, place.office.clock.now() - timedelta(hours=1)
    asked = f"?view=open&since={quote(since.isoformat())}" if row.rule == "/live" else ""
    for name, value in known.items():
        path = path.replace(f"<{name}>", value)
    merge = f"?main={place.main}" if row.rule.endswith("/merge") else ""
    return path + merge + asked + _QUERIES.get(str(row), "")


def body_of(row: Row, place: Place) -> dict[str, Any]:
    rule = row.rule
    if rule.removeprefix("/api").startswith("/petitions/<code>"):
        return _about_the_petition(row, place)
    if rule == "/difficulties/<difficulty_id>/judge":
        return {"version": 1, "helped": "1"}
    if rule in _SIMPLE:
        return _SIMPLE[rule]
    received = place.office.clock.now() - timedelta(hours=1)
    report = {"form": "II.05a", "period": "year", "name": "2026"}
    asked = {"kind": "official_report", "key": "form0001"}
    made: dict[str, dict[str, Any]] = {
        "/jobs": {**asked, **report},
        "/take-in": {
            **_PAPER,
            "received_at": f"{hanoi(received):%Y-%m-%dT%H:%M}",
            "do": "file",
        },
        "/take-in/file": {"key": "form-0001", "file": (io.BytesIO(b"x"), "a.csv")},
        "/mails/<mail_id>/add": {"version": "1", "key": "form-0001", "code": place.code},
        "/search": {"text": place.code},
        "/bulk": {
            "do": row.variant,
            "code": place.code,
            "handler": "sxd-writer",
            "unit": "STC",
            "text": "Thuộc ngành này",
            "sure": "1",
            "unstaffed": "1",
        },
    }
    if rule in made:
        return made[rule]
    if rule == "/team/answers":
        one, seen = {"name": "Mẫu", "text": "Đơn vị đã kiểm tra."}, _parts(place).unit_answers.listed("none").seen
        return {**one, "seen": seen}
    if rule.startswith("/team/"):
        return _team(rule, place)
    return _administration(row, place) if "/admin" in row.rule else {}


def _about_the_petition(row: Row, place: Place) -> dict[str, Any]:
    petition, last = place.petition(), row.rule.rsplit("/", 1)[-1]
    until = hanoi(place.office.clock.now()).date() + timedelta(days=7)
    bodies: dict[str, dict[str, Any]] = {
        "reveal": {"reason": "gọi hẹn làm việc"},
        "erase": {"reason": "đơn đề nghị"},
        "notes": {"kind": "coordinated", "text": "Xin ý kiến", "unit": "STC"}
        if row.variant
        else {"kind": "noted", "text": "đã xem"},
        "take-up": {"version": petition.version},
        "give": {"version": petition.version, "unit": "SYT"},
        "<action>": {"version": petition.version, "text": "Xin gửi ảnh biên nhận"},
        "recovery": {"version": petition.version, "text": "Bổ sung một cán bộ trong tuần", "until": f"{until}"},
        "papers": {"kind": "receipt", "key": "k" * 20},
        "receipt": {"key": "form-0002"},
        "<paper_id>": {
            "do": row.variant or "save",
            "subject": MARK if row.variant else "Trích yếu",
            "body": MARK,
            "seen": place.office.store.documents[f"petitions/{place.code}/papers/draft"]["drafted_at"].isoformat(),
        },
        "answer": {"seen": draft_mark(petition.drafted), "text": "Đang viết", "basis": "", "no_evidence": ""},
    }
    form = {"version": petition.version, "do": "save"} if row.rule == "/petitions/<code>/answer" else {}
    return bodies.get(last, {}) | form


def _parts(place: Place) -> Any:
    return place.office.app.extensions["desk"]


def _team(rule: str, place: Place) -> dict[str, Any]:
    if rule.endswith("hand-over"):
        return {"unit": "SXD", "leaving": "sxd-officer", "to": "sxd-writer"}
    if rule.endswith("position"):
        return {"who": "sxd-writer", "position": "Phó Giám đốc"}
    today = hanoi(place.office.clock.now()).date()
    return {"who": "sxd-head", "deputy": "sxd-writer", "since": f"{today}", "until": f"{today + timedelta(days=3)}"}


def _administration(row: Row, place: Place) -> dict[str, Any]:
    parts, last = _parts(place), row.rule.rsplit("/", 1)[-1]
    if last == "<officer_id>":
        return _NEW
    if last == "import":
        previewed = parts.officer_import.proposed(place.person("admin"), _TABLE).previewed
        return {"table": _TABLE, "previewed": previewed, "do": "apply"}
    if last == "systems":
        return {"id": "tong-dai", "name": "Tổng đài", "unit": "SXD", "rights": "read", "a_minute": "60", "do": "make"}
    if last == "deputy":
        days = _team("/team/deputy", place)
        return {"deputy": "sdl-officer", "since": days["since"], "until": days["until"]}
    if last == "<unit_code>":
        stored = parts.edit_unit.stored("SYT")
        keywords = [*stored.row["keywords"], "mộ phần vô chủ"]
        known = {"competence": stored.row["competence"], "seen": stored.version}
        return {**known, "aliases": "\n".join(stored.row["aliases"]), "keywords": "\n".join(keywords), "do": "publish"}
    if last == "<key>":
        found = parts.texts.one("rated")
        words = {"texts": "Xin cảm ơn anh/chị đã đánh giá.", "texts_en": found.words["texts_en"]}
        previewed = parts.texts.proposed("rated", words, found.seen).previewed
        return {**words, "seen": found.seen, "previewed": previewed, "do": "publish"}
    if last == "<kind>":
        data = parts.publish.in_force("calendars")
        more = [
            {**item, "off": {**item["off"], "2026-12-08": "nghỉ"}} if item["year"] == 2026 else item
            for item in data["years"]
        ]
        text, seen = json.dumps({**data, "years": more}, ensure_ascii=False), version_of(data)
        previewed = parts.publish.proposed("calendars", text, seen).previewed
        return {"data": text, "seen": seen, "previewed": previewed, "do": "publish"}
    return _skeletons(row, parts) if "/answers" in row.rule else {}


def _skeletons(row: Row, parts: Any) -> dict[str, Any]:
    listed, last = parts.skeletons.listed(), row.rule.rsplit("/", 1)[-1]
    if last == "place":
        return {"seen": listed.seen, "do": "up"}
    if last == "<template_id>":
        return {"seen": listed.seen, "name": "Đã xong", "text": "Đã xử lý xong ngày [ngày xong].", "basis": ""}
    return {"seen": listed.seen, "version": "shipped"}
