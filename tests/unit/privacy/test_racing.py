"""Events and schedules during the erasure of a citizen, and late events after it."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from petitions.domain.officers.officer import SavedFilter, officer_path, with_filters
from petitions.domain.understanding.commands import Unclear
from petitions.ports.store import Document, Query
from petitions.usecases.privacy.end_retention import EndRetention
from tests.fakes import FakeStore
from tests.unit.petition.handling import officer
from tests.unit.privacy.erased import CODE, HMAC, SENTENCE, asks, everything, plant, sweep, tells
from tests.unit.privacy.test_ends_of_words import difficulty, guidance, mail
from tests.unit.world import USER, World


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_order_the_old_is_gone_and_the_new_stays(seed: int) -> None:
    world, chance = World(), random.Random(seed)
    world.files(f"{SENTENCE}, vếtcũ0")
    late = [world.event("user_send_text", {"text": f"vếtcũ{number}"}) for number in range(1, 6)]
    world.meant.update({f"vếtcũ{number}": (Unclear(),) for number in range(1, 6)})  # an addition is kept by law
    request = world.event("user_withdraw", user_id=USER)
    new = [world.event("user_send_text", {"text": f"vếtmới{number}"}) for number in range(4)]
    world.clock.advance(seconds=5)
    before = chance.randrange(len(late) + 1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(world.intake, [*late[:before], request]))
        doings = [*((world.intake, body) for body in (*late[before:], *late, *new, *new, request)), *[(None, b"")] * 4]
        chance.shuffle(doings)
        list(pool.map(lambda doing: doing[0](doing[1]) if doing[0] else world.erase(), doings))
    sweep(world, 2)
    tells(world)
    sweep(world, 2)
    left = everything(world)
    assert [mark for mark in (f"vếtcũ{number}" for number in range(1, 6)) if mark in left] == [], seed
    inputs = [world.store.documents[path] for path in world.store.paths(f"citizens/{HMAC}/inputs")]
    assert sorted(part["text"] for item in inputs for part in item["parts"]) == [f"vếtmới{n}" for n in range(4)], seed
    citizen = world.citizen()
    assert (citizen["zalo_id"], "consent" in citizen) == (USER, False), seed
    assert [item["code"] for item in citizen["petitions"]] == [world.petitions()[0].code], seed
    assert world.store.documents[f"erasures/{HMAC}"]["stage"] == "done", seed


class VanishingStore(FakeStore):
    """A store in which another worker deletes the documents of one collection as soon as they are found."""

    vanishing = ""
    vanished = 0

    def find(self, query: Query) -> list[Document]:
        found = super().find(query)
        if query.collection.rpartition("/")[2] == self.vanishing:
            for document in found:
                path = document.id if query.group else f"{query.collection}/{document.id}"
                self.vanished += self.documents.pop(path, None) is not None
        return found


PETITIONS_OWN = ("history", "attachments", "papers")
CITIZENS_OWN = ("inputs", "guidance", "contact_requests", "notices", "dead_letters")
OFFICES_OWN = ("officers", "unit_answers", "difficulties", "scorings", "mails", "portal_inbound", "audit")


@pytest.mark.parametrize("collection", [*PETITIONS_OWN, *CITIZENS_OWN, *OFFICES_OWN])
def test_an_erasure_goes_on_when_another_worker_deletes_what_it_has_found(collection: str) -> None:
    store = VanishingStore()
    world = World(store=store)
    plant(world)
    asks(world)
    store.vanishing = collection
    sweep(world)
    deed = store.documents[f"erasures/{HMAC}"]
    assert store.vanished > 0
    assert deed["stage"] != "erasing"
    assert "tries" not in deed, "nothing failed"
    assert "restricted_at" in store.documents[f"petitions/{CODE}"]


@pytest.mark.parametrize("collection", ["inputs", "guidance", "mails", "difficulties", "officers"])
def test_the_end_of_retention_goes_on_when_another_worker_deletes_what_it_has_found(collection: str) -> None:
    store = VanishingStore()
    world = World(store=store)
    plant(world)
    world.clock.advance(days=1000)
    end, whose = world.clock.now(), officer("SXD")
    planted = [plants(world, end, "ended") for plants in (guidance, mail, difficulty)]
    ended = SavedFilter(id="1", name="Tên", query="", until=end - timedelta(seconds=1))
    store.create(officer_path(whose.id), with_filters(whose, [ended]).stored())
    store.vanishing = collection
    EndRetention(store, world.clock, world.kept)()
    assert store.vanished > 0
    assert not [path for path in planted if path in store.documents]
    assert store.paths(f"citizens/{HMAC}/inputs") == []
    assert not store.documents.get(officer_path(whose.id), {}).get("filters")
