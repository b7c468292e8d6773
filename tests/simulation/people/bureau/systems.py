"""Other computer systems that use the desk's API: a call centre, and the software of a unit.

The call centre files petitions and forwards additions. The unit's software accepts and assigns petitions, and writes
draft answers. Both follow changes with a cursor. Their connections break sometimes, and an administrator replaces a
key.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.service_account import ServiceRight
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.channel import Channel
from petitions.errors import Conflict
from petitions.usecases.officers.service_accounts import WantedAccount
from tests.simulation.people.bureau.at_work import AtWork
from tests.simulation.people.office import Deed
from tests.simulation.people.trying import AGAIN
from tests.simulation.people.wordings import NAME, PLACE
from tests.unit.petition.handling import ANSWER, officer

CENTRE, SOFTWARE = "tong-dai-1022", "phan-mem-sxd"
UNIT = "SXD"
"""The unit whose software follows and handles its petitions."""
MARK = "cuộc gọi CG{number:03d}"
STORY = "Bãi xe phố Trung Kính thu quá giá niêm yết của tôi, {mark}. Đề nghị xem lại."
ACCUSING = "Cán bộ Sở Xây dựng vòi tiền tôi khi xin giấy phép xây dựng, {mark}"
MORE = "Người dân gọi lại: xin trả lời sớm, {mark}"
KINDS = ("story", "story", "accusing")
CALLS = (1, 1, 2)
ASKS_EVERY, LOOKS_EVERY = (40.0, 120.0), (20.0, 60.0)
LISTED_AFTER = 300.0
"""Seconds within which a change is listed for other systems, by `functions/README.md`."""
SLOW_COMMITS, SLOW = 6, (20.0, 120.0)
"""The number of commits that take long, and their seconds. Such a change becomes visible long after its own time."""
BAD_LINE = 0.15
"""The probability that a response is lost on its way to the other system."""
OPEN_STATES = ("new", "accepted", "assigned", "in_progress", "returned")
WAITS = (408, 429, 503)
"""The statuses after which the same request is sent again."""


@dataclass(frozen=True)
class Answered:
    status: int
    data: Any


@dataclass(frozen=True)
class Listed:
    code: str
    at: datetime
    sight: str
    version: int | None
    state: str | None


@dataclass
class Client:
    world: Any
    id: str
    wanted: WantedAccount
    key: str = ""
    keys_made: int = 0
    """The number of keys made since the client got its own. The second one ends the client's."""
    cursor: str = ""
    listed: list[Listed] = field(default_factory=list)
    """All changes that it has received, in their order."""
    complete: list[tuple[float, int]] = field(default_factory=list)
    """For every time that it was told to have all changes: the second at which it began to ask, and their number."""
    faults: list[str] = field(default_factory=list)
    """Responses that a system must never get."""

    def call(self, path: str, body: Any, done: Callable[[Answered | None], object], once: str = "") -> None:
        """Send a request. Call `done` with the response, or with None if it was lost."""
        key, chance = self.key, self.world.scheduler.stream("bad line")
        headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": once} if once else {})
        route, _, query = path.partition("?")
        environ = EnvironBuilder(
            f"/api/v1{route}",
            method="GET" if body is None else "POST",
            json=body,
            headers=[*headers.items()],
            query_string=query,
        ).get_environ()

        def ask() -> Answered:
            answer = self.world.programs.answer(Request(environ))
            return Answered(answer.status_code, answer.get_json())

        def on_answer(found: Answered | None) -> None:
            if found and (found.status == 401 and key == self.key and self.keys_made < 2):
                self.faults.append(f"the key of {self.id} is refused at {path}")
            if found and found.status >= 500 and found.status != 503:
                self.faults.append(f"{self.id} got {found.status} at {path}")
            done(None if chance.random() < BAD_LINE else found)

        self.world.start("desk", ask, on_answer)

    def until_answered(self, path: str, body: Any, done: Callable[[Answered], object], once: str = "") -> None:
        """Repeat a request until it gets a response other than a temporary failure of the desk."""

        def on_answer(found: Answered | None) -> None:
            if found is None or found.status in WAITS or found.status == 401:
                self.world.scheduler.after(AGAIN, lambda: self.until_answered(path, body, done, once))
            else:
                done(found)

        self.call(path, body, on_answer, once)


@dataclass
class Call:
    kind: str
    mark: str
    code: str = ""
    new: list[bool] = field(default_factory=list)
    """Whether a response said that the request had filed the petition, by response."""
    more: Answered | None = None
    """The response to the later words of the caller."""


class Systems(AtWork):
    def __init__(self, world: Any) -> None:
        super().__init__(world, "systems")
        self._slow_left = SLOW_COMMITS
        world.store.slow = self._slow
        self.calls = [
            Call(self.chance.choice(KINDS), MARK.format(number=number)) for number in range(self.chance.choice(CALLS))
        ]
        own = (ServiceRight.HAND_IN, ServiceRight.READ, ServiceRight.NOTE)
        works = (ServiceRight.READ, ServiceRight.WORK, ServiceRight.NOTE, ServiceRight.ANSWER, ServiceRight.UNIT)
        self.centre = Client(world, CENTRE, WantedAccount(CENTRE, "Tổng đài 1022", "VPUB", Channel.HOTLINE, own, 6000))
        self.software = Client(world, SOFTWARE, WantedAccount(SOFTWARE, "Phần mềm Sở", UNIT, None, works, 6000))
        self.clients = (self.centre, self.software)
        self.read_accusing: set[str] = set()
        """The marks of accusing calls that the accused unit's software could read."""
        self.old_key: Answered | None = None
        """The response to a request with a key after an administrator had ended it."""
        self._unsent = len(self.calls)
        self._pending = 0
        self._seen: set[tuple[str, int]] = set()
        """The petitions that the unit's software has read, with their versions."""

    @property
    def is_busy(self) -> bool:
        since = self._last_change() + LISTED_AFTER
        known = all(client.complete and client.complete[-1][0] >= since for client in self.clients)
        return super().is_busy or self._unsent + self._pending > 0 or not known

    def begin(self) -> None:
        for client in self.clients:
            self._account(client, partial(self._begin, client))

    def _begin(self, client: Client) -> None:
        self._follow(client)
        if client is self.centre:
            for call in self.calls:
                self.scheduler.after(self.chance.uniform(5, 150), lambda call=call: self._hand_in(call))
            if self.chance.random() < 0.4:
                self._pending += 1
                self.scheduler.after(self.chance.uniform(60, 250), self._change_key)
        else:
            self._look()

    def _slow(self, writes: Sequence[tuple[str, str, Any]]) -> float:
        """Return the seconds a commit takes, made long for some commits that change a petition."""
        changes = any(
            verb == "update" and path.startswith("petitions/") and "changed" in fields for verb, path, fields in writes
        )
        if not (changes and self._slow_left and self.scheduler.stormy and self.chance.random() < 0.5):
            return 0.0
        self._slow_left -= 1
        return float(self.chance.uniform(*SLOW))

    def _last_change(self) -> float:
        store = self.world.store
        times = (store.documents[path].get("changed", {}).get("at") for path in store.paths("petitions"))
        return max((float(self.scheduler.seconds_at(at)) for at in times if at), default=-math.inf)

    def _account(self, client: Client, done: Callable[[], None]) -> None:
        admin, made = officer("VPUB", Role.ADMIN, "quan-tri"), list[str]()

        def make() -> bool:
            accounts = self.world.parts().service_accounts
            try:
                made.append(accounts.make(admin, client.wanted).key)
            except Conflict:
                client.keys_made += 1
                made.append(accounts.rotate(admin, client.id).key)
            return True

        def has_key() -> None:
            client.key, client.keys_made = made[-1], 0
            done()

        self.events += 1
        self.trying.until_done(make, has_key)

    def _change_key(self) -> None:
        former = self.centre.key
        admin = officer("VPUB", Role.ADMIN, "quan-tri")

        def end() -> bool:
            accounts = self.world.parts().service_accounts
            known = next(item for item in accounts.known(admin) if item.id == CENTRE)
            used = known.key_of(former.partition(".")[2])
            if used is not None:
                accounts.end_key(admin, CENTRE, used.id)
            return True

        def is_ended() -> None:
            tried = Client(self.world, CENTRE, self.centre.wanted, key=former, keys_made=2)

            def on_answer(found: Answered | None) -> None:
                if found is None or found.status in WAITS:
                    self.scheduler.after(AGAIN, is_ended)
                    return
                self.old_key = found
                self._pending -= 1

            tried.call("/units", None, on_answer)

        self._account(self.centre, lambda: self.trying.until_done(end, is_ended))

    def _hand_in(self, call: Call) -> None:
        self.events += 1
        words = {"accusing": ACCUSING}.get(call.kind, STORY).format(mark=call.mark)
        body = {
            "received_at": self.scheduler.clock.now().isoformat(), "number": f"1022-{call.mark[-3:]}",
            "content": words, "place": PLACE, "name": NAME, "home": PLACE, "phone": "0912 000 081",
        }  # fmt: skip

        def on_answer(found: Answered) -> None:
            self._unsent -= 1
            if found.status != 200:
                self.centre.faults.append(f"{call.mark} was answered by {found.status}: {found.data}")
                return
            if call.code and call.code != found.data["code"]:
                self.centre.faults.append(f"{call.mark} is {call.code} and {found.data['code']}")
            if not call.code and call.kind == "story" and self.chance.random() < 0.5:
                self._pending += 1
                self.scheduler.after(self.chance.uniform(5, 100), lambda: self._tell_more(call))
            call.code = found.data["code"]
            call.new.append(found.data["new"])

        if self.chance.random() < 0.2:
            self._unsent += 1
            self.centre.until_answered("/petitions", body, on_answer, f"key-{call.mark[-5:]}")
        self.centre.until_answered("/petitions", body, on_answer, f"key-{call.mark[-5:]}")

    def _tell_more(self, call: Call) -> None:
        self.events += 1

        def on_answer(found: Answered) -> None:
            call.more = found
            self._pending -= 1

        words = {"text": MORE.format(mark=call.mark), "from_filer": True}
        self.centre.until_answered(f"/petitions/{call.code}/notes", words, on_answer)

    def _follow(self, client: Client) -> None:
        began = self.scheduler.now

        def on_answer(found: Answered | None) -> None:
            if found and found.status == 200:
                client.listed += [
                    Listed(
                        item["code"],
                        datetime.fromisoformat(item["at"]),
                        *(item[name] for name in ("sight", "version", "state")),
                    )
                    for item in found.data["changes"]
                ]
                client.cursor = found.data["cursor"]
                if found.data["more"]:
                    ask()
                    return
                client.complete.append((began, len(client.listed)))
            self.scheduler.after(self.chance.uniform(*ASKS_EVERY), lambda: self._follow(client))

        def ask() -> None:
            client.call(f"/changes?cursor={client.cursor}", None, on_answer)

        ask()

    def _look(self) -> None:
        if self.world.office.shut:
            return
        store = self.world.store
        for path in store.paths("petitions"):
            petition = Petition.model_validate(store.documents[path])
            accusing = next(
                (call for call in self.calls if call.kind == "accusing" and call.mark in petition.content), None
            )
            is_own = petition.unit == UNIT and petition.state in OPEN_STATES and self.chance.random() < 0.5
            if (accusing or is_own) and (petition.code, petition.version) not in self._seen:
                self._seen.add((petition.code, petition.version))
                self._take_further(petition.code, accusing)
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)

    def _take_further(self, code: str, accusing: Call | None) -> None:
        self.events += 1

        def on_answer(found: Answered | None) -> None:
            if found is None or found.status != 200:
                return
            if accusing:
                self.read_accusing.add(accusing.mark)
            offers = [item for item in found.data["actions"] if item != "note"]
            if found.data["sight"] == "unit" and offers:
                self._act(found.data, self.chance.choice(offers))

        self.software.call(f"/petitions/{code}", None, on_answer)

    def _act(self, petition: Any, offer: str) -> None:
        self.events += 1
        code, version = petition["code"], petition["version"]
        if offer == "answer":
            seen = petition["draft"]["seen"] if petition["draft"] else ""
            self.software.call(f"/petitions/{code}/answer", {"text": ANSWER, "seen": seen}, lambda _: None)
            return
        action = Action.ACCEPT if offer == "accept" else Action.ASSIGN
        self._pending += 1

        def on_answer(found: Answered) -> None:
            self._pending -= 1
            result = {200: "done", 409: "conflict", 403: "Forbidden", 404: "NotFound "}.get(found.status, "no answer")
            self.world.office.deeds.append(Deed(code, action, version, SOFTWARE, result))
            entry = self.world.store.documents.get(history_path(code, version + 1), {})
            if found.status == 409 and (entry.get("actor"), entry.get("action")) == (SOFTWARE, str(action)):
                self.world.office.blamed.append(code)

        self.scheduler.log("desk", f"{action} {code}", SOFTWARE)
        self.software.until_answered(f"/petitions/{code}/{offer}", {"version": version}, on_answer)
