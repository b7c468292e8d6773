"""Random actions of citizens and officers, on the portal and on our side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from petitions.domain.lifecycle.lifecycle import Action, Role, allowed, transition, ways_back
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.shared.records import replace
from tests.portal_parts import approved
from tests.unit.portal.model import unit_code
from tests.unit.portal.two_sides import TwoSides

UNITS = ("SXD", "SNV", "PX-00004", "PX-00008", "VPUB")
STAFF = (Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.CITIZEN)
RARE = {Action.WITHDRAW, Action.MERGE, Action.REFUSE, Action.TRANSFER_OUT, Action.CLOSE, Action.EXTEND}
REASON = "Chuyển theo thẩm quyền"


class RandomLife:
    def __init__(self, world: TwoSides) -> None:
        self.world, self.chance = world, world.chance
        self.local: list[str] = []
        self.acts = 0

    def file_here(self) -> None:
        code = self.world.new_code()
        number = len(self.local)
        contact = Contact(name="Lan", phone=f"09{number:08d}")
        files = [FileRef(id=f"anh-{number}-{item}", type="file") for item in range(self.chance.choice((0, 0, 1, 2)))]
        fields = {"content": f"Đèn hỏng số {number}", "contact": contact, "files": files}
        self.world.own(lambda: self.world.parts.file(code, **fields))
        for file in files:
            self.world.own(lambda file_ref=file: self.world.parts.keep_file(code, file_ref.id))  # type: ignore[misc]
        self.local.append(code)
        self._nudge(code)

    def file_there(self) -> None:
        fields = {"TIEUDE": "Đường ngập", "NOIDUNG": f"Ngập lần {self.acts}", "HOVATEN": "Minh"}
        fields |= {
            "SODIENTHOAI": "0987654321",
            "MADONVI": self.chance.choice(("", *map(unit_code, UNITS), "KHONG-CO")),
            "LOAI": "PAKN",
        }
        self.acts += 1
        self.world.officer.file(fields, self.world.wire.now())

    def act_here(self) -> None:
        codes = self.world.store.paths("petitions")
        if not codes:
            return
        code = self.chance.choice(codes).partition("/")[2]
        petition = self.world.own(lambda: self.world.parts.petition(code))
        rows = [(row.action, role) for role in STAFF for row in allowed(petition.state, role)]
        rows = [item for item in rows if item[0] is not Action.UNMERGE]  # the portal gets it like any other state
        if petition.came_from not in ways_back(petition.state):
            rows = [item for item in rows if item[0] is not Action.UNASSIGN]
        rows = [item for item in rows if item[0] not in RARE or self.chance.random() < 0.15]
        if petition.reply and petition.reply.approved_at and self.chance.random() < 0.2:
            self.world.own(lambda: self.world.parts.rate(code, self.chance.choice((1, 2, 3))))
        elif rows:
            self.world.own(lambda: self._do(petition, *self.chance.choice(rows)))
        self._nudge(code)

    def _do(self, petition: Petition, action: Action, role: Role) -> None:
        step = transition(petition.state, action, role, petition.came_from)
        now = self.world.at()
        moved = replace(petition, state=step.to, came_from=step.came_from)
        timed = self.world.parts.timekeeping.after(moved, step.effects, now).stored()
        updates: dict[str, Any] = {"came_from": step.came_from}
        if "clocks" in timed:
            updates["clocks"] = timed["clocks"]
        if action is Action.ASSIGN:
            updates["unit"] = self.chance.choice(UNITS)
        if action is Action.APPROVE:
            given = [f"tep-{petition.version}-{item}" for item in range(self.chance.choice((0, 0, 1, 2)))]
            for item in given:
                self.world.parts.keep_file(petition.code, item, "answer")
            answer = approved(f"Trả lời {petition.version}", now)
            updates["reply"] = replace(answer, attachments=given).stored()
        if action is Action.SUBMIT_ANSWER and petition.reply is None:
            draft = approved(f"Bản nháp {petition.version}", now)
            updates["reply"] = replace(draft, approved_at=None, approved_by=None).stored()
        self.world.parts.line(petition.code, action, step.to, role=role, updates=updates)

    def act_there(self) -> None:
        world = self.world
        codes = [row["code"] for row in world.portal.database.execute("SELECT code FROM records")]
        if not codes:
            return
        code, now, officer = self.chance.choice(codes), world.wire.now(), world.officer
        acts = [
            lambda: officer.give_back(code, "Chưa nêu căn cứ", now),
            lambda: officer.give_back(code, "Chưa nêu căn cứ", now),
            lambda: officer.transfer(code, REASON, now),
            lambda: officer.move(code, unit_code(self.chance.choice(UNITS)), REASON, now),
            lambda: officer.send_back(code, REASON, now),
            lambda: officer.answer(code, f"Cơ quan khác trả lời {self.acts}", now),
            lambda: officer.rate(code, self.chance.choice("123"), now, "Chưa rõ"),
            lambda: officer.supplement(code, f"Bổ sung lần {self.acts}", now),
            lambda: (
                officer.withdraw(code, "Đã giải quyết xong", now) if not self.acts % 5 else officer.rate(code, "2", now)
            ),
        ]
        self.acts += 1
        try:
            change = self.chance.choice(acts)()
        except ValueError:
            return
        self._spoil(change, code)

    def _spoil(self, change: str, code: str) -> None:
        database, dice = self.world.portal.database, self.chance.random()
        if dice < 0.1:
            shown_at = self.world.wire.now() + timedelta(minutes=self.chance.choice((3, 8, 300)))
            database.execute("UPDATE changes SET shown_at = ? WHERE id = ?", (shown_at.isoformat(), change))
        elif dice < 0.2:
            row = database.execute("SELECT * FROM changes WHERE id = ?", (change,)).fetchone()
            database.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)", (f"{change}-2", *tuple(row)[1:]))
        elif dice < 0.3:
            self.world.wire.echo(code)

    def _nudge(self, code: str) -> None:
        self.world.nudges += [code] * self.chance.choice((1, 1, 1, 2))
