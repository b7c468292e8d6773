"""Every kind of fault has its described effect at every place, and no call to a port is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from petitions.adapters.portal.gateway import PortalGateway
from petitions.adapters.zalo import ZaloApi, ZaloConversations, ZaloTokenEndpoint
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.messages import Message
from petitions.ports.store import Query
from tests.simulation.aims import AIMS, Own, aim_of, own_faults
from tests.simulation.around.database import SimulatedStore
from tests.simulation.around.mailbox import SimulatedFolder, SimulatedMailbox
from tests.simulation.around.portal import NAMES, SimulatedPortal
from tests.simulation.around.pubsub import MANIFEST, SimulatedPubsub, SimulatedRawPublisher
from tests.simulation.around.storage_and_mail import SimulatedBucket, SimulatedLinks, SimulatedMail, SimulatedVault
from tests.simulation.around.zalo import SimulatedZalo
from tests.simulation.faults import ANYWHERE, OUTSIDE, WORLD, everything
from tests.simulation.functions import running
from tests.simulation.places import OF_ADAPTERS, PLACES, WITHOUT, port_methods
from tests.simulation.scheduler import LONGEST_STALL, Instance, Scheduler
from tests.simulation.schedules import EVERY, OF_PEOPLE
from tests.simulation.system import NIGHTLY, Simulation
from tests.unit.portal.test_gateway import ANSWER, AT, FILE, RATING, STATUS, SUBMISSION

URL, USER = "https://files.zalo.test/1.jpg", "4572947693969771653"
MINUTE = 60.0
CERTAIN = 1.0


class Stand:
    def __init__(self, place: str, kind: str) -> None:
        self.scheduler = Scheduler(1)
        self.scheduler.stormy = False
        self.scheduler.own = {}
        self.store = SimulatedStore(self.scheduler)
        self.bucket = SimulatedBucket(self.scheduler)
        self.links, self.mail = SimulatedLinks(self.scheduler), SimulatedMail(self.scheduler)
        self.vault = SimulatedVault(self.scheduler)
        self.mailbox = SimulatedMailbox(self.scheduler)
        self.mailbox.arrives(b"a letter")
        self.pubsub = SimulatedPubsub(self.scheduler, lambda _: None)
        self.door = SimulatedRawPublisher(self.pubsub)
        self.zalo, self.portal = SimulatedZalo(self.scheduler), SimulatedPortal(self.scheduler)
        self.zalo.access_token, self.zalo.package, self.zalo.code = "access", True, "code"
        self.links.contents[URL] = b"bytes"
        self.bucket.objects |= {"copies/1/a": b"content", "copies/1/b": b"content"}
        for path in ("things/1", "things/2"):
            self.store.create(path, {"n": 0})
        for number in range(2):
            self.portal.officer.file(
                {"TIEUDE": "Đường", "NOIDUNG": "Ngập", "HOVATEN": "", "SODIENTHOAI": "", "MADONVI": "", "LOAI": "PAKN"},
                AT.replace(minute=number),
            )
        self.instance = Instance("intake", "intake 1", {"known": "by heart"})
        self.place, self.kind = place, kind

    def act(self, call: Callable[[Stand], object]) -> tuple[bool, float]:
        """Make the call under the fault. Return whether it reported success, and its duration in seconds."""
        self.scheduler.own = {self.place: [Own(self.kind, 0.0, 1, CERTAIN)]}
        ended: list[object | None] = []
        began, took = self.scheduler.now, [0.0]

        def act_once() -> bool:
            try:
                return bool(call(self))
            except (Retryable, OSError):
                return False
            finally:
                took[0] = self.scheduler.now - began

        self.scheduler.start(self.instance, act_once, ended.append)
        self.scheduler.run(5 * MINUTE)
        assert [(strike.place, strike.kind) for strike in self.scheduler.strikes] == [(self.place, self.kind)]
        assert len(ended) == 1
        return ended[0] is True, took[0]

    def gateway(self) -> PortalGateway:
        return PortalGateway(
            "https://gateway.test",
            username="hanoi",
            password="secret",
            unit_code="H26",
            dstcode="X",
            mapping=NAMES,
            clock=self.scheduler.clock,
            transport=self.portal.transport,
        )

    def tokens(self) -> ZaloTokenEndpoint:
        urls = "https://oauth.test", "https://openapi.test"
        return ZaloTokenEndpoint(*urls, "app-1", "app-secret", transport=self.zalo.transport)


def _api(stand: Stand) -> ZaloApi:
    return ZaloApi("https://openapi.test", "https://business.test", transport=stand.zalo.transport)


def _upload(kind: str, stand: Stand) -> bool:
    return _api(stand).upload("access", kind, "a.png", "image/png", b"bytes").outcome is Outcome.OK


def _transacted(stand: Stand) -> bool:
    def change(tx: Any) -> bool:
        tx.find(Query("things"))
        tx.update("things/1", {"n": tx.get("things/1")["n"] + 1})
        return True

    return stand.store.transact(change)


def _changed(stand: Stand) -> bool:
    found = stand.store._found(stand.store._documents, Query("things"))
    return len(stand.store.update_unchanged("things", [(document, {"n": 1}) for document in found])) == len(found)


def _opens(stand: Stand) -> bool:
    with stand.mailbox.open() as folder:
        return folder.validity == 1


def _done(act: Callable[[], None]) -> bool:
    act()
    return True


def _created(stand: Stand) -> bool:
    return stand.store.create_all({"things/3": {"n": 1}, "things/4": {"n": 1}}) == 2


def _published(stand: Stand) -> bool:
    stand.pubsub.publish([Message("zalo-quarantine", {})])
    return True


def _received(stand: Stand) -> bool:
    stand.door.publish("zalo-quarantine", b"{}", {"signature": "x"}, "")
    return True


def _read_snapshot(stand: Stand) -> bool:
    reader = stand.store.snapshot()
    return reader.get("things/1") is not None and len(reader.find(Query("things"))) == 2


def _portal(call: Callable[[PortalGateway, str], Any]) -> Callable[[Stand], bool]:
    return lambda stand: call(stand.gateway(), stand.portal.codes()[0]).outcome is Outcome.OK


def _of(item: Any, code: str) -> Any:
    return replace(item, national_code=code)


def _effect_of_keyed_call(stand: Stand) -> float:
    """Return 1.0 if the portal has carried out the call, otherwise 0.0."""
    return float(stand.portal.store.accepted_call("key") is not None)


def _numbers(stand: Stand) -> float:
    return float(sum(stand.store.documents[path]["n"] for path in stand.store.paths("things")))


def _nothing(_: Stand) -> float:
    return 0.0


@dataclass(frozen=True)
class Call:
    make: Callable[[Stand], object]
    done: Callable[[Stand], float] = _nothing
    whole: float = 1.0
    """The amount of effect when everything is done, 0 for a mere read."""

    @staticmethod
    def reading(make: Callable[[Stand], object]) -> Call:
        return Call(make, whole=0.0)


TRANSACTED = Call(_transacted, _numbers)
PUBLISHED = Call(_published, lambda stand: len(stand.pubsub.published))
RECEIVED = Call(_received, lambda stand: len(stand.pubsub.published))
SNAPSHOT = Call.reading(_read_snapshot)
SENT = Call(lambda stand: _api(stand).send_text("access", USER, "a").outcome is Outcome.OK, lambda s: len(s.zalo.sent))
SUBMITTED = Call(
    _portal(lambda portal, _: portal.submit("key", replace(SUBMISSION, unit="", ward=""))), _effect_of_keyed_call
)

CALLS: Mapping[str, Call] = {
    "store.get": Call.reading(lambda stand: stand.store.get("things/1")),
    "store.get_all": Call.reading(lambda stand: stand.store.get_all(["things/1"])),
    "store.find": Call.reading(lambda stand: stand.store.find(Query("things"))),
    "store.count": Call.reading(lambda stand: stand.store.count(Query("things"))),
    "store.create": Call(lambda stand: stand.store.create("things/3", {"n": 1}), _numbers),
    "store.create_all": Call(_created, _numbers, 2),
    "store.update": Call(lambda stand: _done(lambda: stand.store.update("things/1", {"n": 1})), _numbers),
    "store.update_unchanged": Call(_changed, _numbers, 2),
    "store.snapshot": SNAPSHOT,
    "store.commit": TRANSACTED,
    "store.committed": TRANSACTED,
    "transaction.begun": TRANSACTED,
    "transaction.read": TRANSACTED,
    "transaction.query": TRANSACTED,
    "snapshot.read": SNAPSHOT,
    "snapshot.query": SNAPSHOT,
    "pubsub.publish": PUBLISHED,
    "pubsub.published": PUBLISHED,
    "door.publish": RECEIVED,
    "door.published": RECEIVED,
    "files.put": Call(
        lambda stand: _done(lambda: stand.bucket.put("copies/2/a", b"x", "image/png")),
        lambda s: len(s.bucket.objects) - 2,
    ),
    "files.read": Call.reading(lambda stand: b"".join(stand.bucket.read("copies/1/a")) == b"content"),
    "files.erase": Call(lambda stand: stand.bucket.erase("copies/1/") == 2, lambda s: 2 - len(s.bucket.objects), 2),
    "links.fetch": Call.reading(lambda stand: stand.links.fetch(URL, 10).content),
    "mailbox.open": Call.reading(_opens),
    "mailbox.after": Call.reading(lambda stand: [*SimulatedFolder(stand.mailbox, 1).after(0)]),
    "mailbox.content": Call.reading(lambda stand: SimulatedFolder(stand.mailbox, 1).content(1, 9) == b"a letter"),
    "mailbox.done": Call(
        lambda stand: _done(lambda: SimulatedFolder(stand.mailbox, 1).done(1)),
        lambda stand: stand.mailbox.letters[0].seen,
    ),
    "mail.send": Call(
        lambda stand: stand.mail.send("key", "a@x.vn", "a", "b").outcome is Outcome.OK, lambda s: len(s.mail.sent)
    ),
    "vault.keep": Call(lambda stand: _done(lambda: stand.vault.keep("pair")), lambda stand: stand.vault.pair == "pair"),
    "vault.kept": Call.reading(lambda stand: stand.vault.kept() is None),
    "zalo.cs": SENT,
    "zalo.answered": SENT,
    "zalo.file": Call(partial(_upload, "file"), lambda stand: len(stand.zalo.uploads)),
    "zalo.image": Call(partial(_upload, "image"), lambda stand: len(stand.zalo.uploads)),
    "zalo.conversation": Call.reading(
        lambda stand: (
            ZaloConversations("https://openapi.test", stand.zalo.transport).page("access", 0, 10, USER).outcome
            is Outcome.OK
        )
    ),
    "zalo.deletefollowerinfo": Call(
        lambda stand: _api(stand).delete_profile("access", USER).outcome is Outcome.OK,
        lambda stand: len(stand.zalo.forgotten),
    ),
    "zalo.getoa": Call.reading(lambda stand: stand.tokens().owner("access").outcome is Outcome.OK),
    "zalo.refresh": Call(
        lambda stand: stand.tokens().refresh("first").outcome is Outcome.OK, lambda stand: stand.zalo.refreshes
    ),
    "zalo.exchange": Call(
        lambda stand: stand.tokens().exchange("code", stand.zalo.verifier).outcome is Outcome.OK,
        lambda stand: stand.zalo.refreshes,
    ),
    "portal.login": SUBMITTED,
    "portal.answered": Call(SUBMITTED.make),
    "portal.DongBoPAKN": SUBMITTED,
    "portal.CapNhatTrangThaiPAKN": Call(
        _portal(lambda portal, code: portal.update_status("key", _of(STATUS, code))), _effect_of_keyed_call
    ),
    "portal.TraLoiPAKN": Call(
        _portal(lambda portal, code: portal.answer("key", _of(ANSWER, code))), _effect_of_keyed_call
    ),
    "portal.DinhKemPAKN": Call(
        _portal(lambda portal, code: portal.attach("key", _of(FILE, code))), _effect_of_keyed_call
    ),
    "portal.DanhGiaPAKN": Call(
        _portal(lambda portal, code: portal.rate("key", _of(RATING, code))), _effect_of_keyed_call
    ),
    "portal.TraCuuPAKN": Call.reading(_portal(lambda portal, _: portal.look_up("key"))),
    "portal.LayPAKN": Call.reading(_portal(lambda portal, code: portal.fetch(code))),
    "portal.LayThayDoiPAKN": Call.reading(_portal(lambda portal, _: portal.changes_since(AT, 1))),
    "portal.LayDanhSachPAKN": Call.reading(_portal(lambda portal, _: portal.records_since(AT, 1))),
    "portal.LayDanhMucCoQuan": Call.reading(_portal(lambda portal, _: portal.units())),
}

WELL: Mapping[str, tuple[bool, float]] = {
    **dict.fromkeys(("unavailable", "breaks off", "connection", "gone", "refused", "no answer"), (False, 0.0)),
    **dict.fromkeys(("no connection", "500", "html", "503", "error 500", "-32", "-200", "-216"), (False, 0.0)),
    **dict.fromkeys(("answer lost", "500 after it", "hangs", "half an answer"), (False, 1.0)),
    "in part": (False, 0.5),
    **dict.fromkeys(("aborted", "session lost", "slow", "stalled", "frozen"), (True, 1.0)),
}
"""By kind of fault: whether the caller sees a success, and the part of the effect that has taken place."""

AFTER = ("store.committed", "pubsub.published", "door.published", "zalo.answered", "portal.answered")
"""Places after the effect of a call."""

AT_CALLS = sorted((place, kind) for place, kind in everything() if place in CALLS)


@pytest.mark.parametrize(("place", "kind"), AT_CALLS, ids=str)
def test_fault_has_the_effect_of_its_name(place: str, kind: str) -> None:
    stand, call = Stand(place, kind), CALLS[place]
    succeeded, took = stand.act(call.make)
    is_told, part = WELL[kind] if kind != "killed" else (False, float(place in AFTER))
    assert succeeded == is_told
    if place != "portal.login" or kind in ANYWHERE:
        assert call.done(stand) == (part * call.whole if call.done is not _nothing else 0)
    assert stand.instance.memory == ({} if kind == "killed" else {"known": "by heart"})
    if kind in ANYWHERE:
        assert (took >= MINUTE, took <= LONGEST_STALL + 1) == (kind == "frozen", kind != "frozen")


def test_every_place_is_tried_but_those_that_the_next_tests_try() -> None:
    others = {"keys.again", "zalo.tokens", "portal.listed", "portal.page of several"}
    assert {place for place, _ in everything()} - {*WORLD} == CALLS.keys() | others
    assert all(
        ("frozen" in {kind for at, kind in everything() if at == place}) != place.startswith(OUTSIDE) for place in CALLS
    )


def _listed(stand: Stand) -> list[str]:
    return [
        portal_record.national_code for portal_record in stand.gateway().records_since(AT.replace(year=2020), 1).items
    ]


@pytest.mark.parametrize(
    ("kind", "numbers"), [("doubled", [0, 1, 0]), ("shuffled", [1, 0])], ids=["doubled", "shuffled"]
)
def test_a_page_of_several_comes_doubled_or_shuffled(kind: str, numbers: list[int]) -> None:
    stand = Stand("portal.page of several", kind)
    whole = [
        portal_record.national_code for portal_record in stand.gateway().records_since(AT.replace(year=2020), 1).items
    ]
    found: list[str] = []
    stand.act(
        lambda _: found.extend(e.national_code for e in stand.gateway().records_since(AT.replace(year=2020), 1).items)
    )
    assert found == [whole[number] for number in numbers]


def test_the_list_of_all_petitions_may_lack_one() -> None:
    stand, found = Stand("portal.listed", "one left out"), list[str]()
    stand.act(lambda _: found.extend(_listed(stand)))
    assert len(found) == 1 < len(stand.portal.codes())


def test_others_on_an_instance_die_with_it_and_none_elsewhere() -> None:
    stand = Stand("store.get", "killed")
    ends: dict[str, object] = {}

    def beside(name: str, instance: Instance) -> None:
        stand.scheduler.start(
            instance, lambda: _done(lambda: stand.scheduler.sleep(10)), partial(ends.setdefault, name)
        )

    beside("same", stand.instance)
    beside("another", Instance("intake", "intake 2"))
    stand.act(lambda _: stand.store.get("things/1"))
    assert ends == {"same": None, "another": True}


def test_a_killed_instance_builds_everything_anew() -> None:
    world = Simulation(1)
    with running(world) as programs:
        built: list[object] = []
        instance = world.instances["notifications"][0]

        def build() -> None:
            built.append(programs.notifications.zalo_tokens())

        for _ in range(2):
            world.scheduler.start(instance, build, lambda _: None)
            world.scheduler.run(1)
        with suppress(BaseException):
            world.scheduler.kill(instance)
        world.scheduler.start(instance, build, lambda _: None)
        world.scheduler.run(1)
    assert built[0] is built[1]
    assert built[1] is not built[2]


def test_keys_that_cannot_be_read_leave_the_former_ones() -> None:
    world = Simulation(1)
    world.scheduler.stormy = False
    world.scheduler.own = {"keys.again": [Own("unreadable", 0.0, 1, CERTAIN)]}
    with running(world) as programs:
        read: list[tuple[str, ...]] = []

        def look() -> None:
            keys = programs.webhook.receive_event().keys
            world.secrets["ZALO_OA_SECRET_KEYS"] = "another"
            for _ in range(2):
                world.scheduler.sleep(20)
                read.append(keys.again())

        world.scheduler.start(world.instances["zalo_webhook"][0], look, lambda _: None)
        world.scheduler.run(MINUTE)
    assert [item == ("another",) for item in read] == [False, True]


def test_every_method_of_a_port_is_a_place_or_has_a_reason() -> None:
    assert PLACES.keys() & WITHOUT.keys() == set()
    assert PLACES.keys() | WITHOUT.keys() == port_methods()


def test_every_place_is_some_call_of_a_port() -> None:
    named = {place for places in PLACES.values() for place in places} | {*OF_ADAPTERS} | {*WORLD}
    assert named == {place for place, _ in everything()}


def test_every_schedule_of_a_world_s_functions_is_called() -> None:
    meant = {name for name, schedule in MANIFEST.schedules.items() if schedule.function in Simulation(1).instances}
    assert meant - {*EVERY, *NIGHTLY, *OF_PEOPLE} == {"zalo-recovery"}  # a world's Zalo loses no event


def test_each_pair_that_is_aimed_at_comes_by_turns() -> None:
    seeds = range(300)
    aimed_at = {pair for pair in everything() if any(pair[0] in places for places in AIMS.values())}
    chance = Scheduler(0).stream
    drawn = {
        (place, own.kind)
        for seed in seeds
        if aim_of(seed)
        for place, owns in own_faults(seed, chance(str(seed))).items()
        for own in owns
    }
    assert aimed_at <= drawn
