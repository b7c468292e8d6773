"""The erasure of a citizen with data in every possible place leaves none of the data."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from pydantic import BaseModel

from infra.paths import ROOT
from petitions.adapters import reference
from petitions.domain.difficulties.difficulty import Difficulty
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.papers.paper import Paper
from petitions.domain.papers.sheet import Sheet
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.privacy.kept_by_law import KEPT_BY_LAW, OFFICES_OWN, PUBLIC_RECORD
from petitions.domain.privacy.personal_data import PERSONAL_DATA_FIELDS, ErasureTreatment, treatments_of
from petitions.domain.privacy.stored_documents import COLLECTIONS, declared
from petitions.domain.shared.records import Record
from petitions.usecases.dead_letters.keep_dead_letter import DeadLetter, KeepDeadLetter
from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk
from tests.unit.petition.handling import officer
from tests.unit.privacy.erased import CODE, HMAC, asks, plant, sweep, tells
from tests.unit.privacy.planting import SPELLED, WHO, Planter, parts_of
from tests.unit.world import ID_KEY, USER, World

MERGED = "HN-261123-0000-001C"
OTHER = {"name": "Ngô Dấu Khuất", "phone": "84987654321", "address": "Số 4477 ngõ 6868 Khuất Dấu"}
"""Other contact data of the same citizen, from a second petition."""
SAID = "Ông Ngô Dấu Khuất, nhà tôi ở 4477, ngõ 6868, gọi 0987.654.321 (chị Tên, 0912345678)"
OF_OTHER = ("Khuất", "0987.654.321", "84987654321", "4477", "6868")
WORDS = (ErasureTreatment.FILE, ErasureTreatment.WORDS)


def marked(world: World, marks: tuple[str, ...]) -> dict[str, list[str]]:
    documents = {**world.store.documents, **world.public.documents}
    found = {path: [mark for mark in marks if mark in f"{path}{item!r}"] for path, item in documents.items()}
    return {path: marks for path, marks in found.items() if marks}


def plant_all(world: World, state: State = State.PUBLISHED) -> Planter:
    """Store documents of every type about one petition, and others that an erasure could miss."""
    made = plant(world, state)
    merged = made(
        Petition,
        code=MERGED,
        unit="SXD",
        citizen=HMAC,
        contact=Contact.model_validate(OTHER),
        state=State.MERGED,
        merged_into=CODE,
        clocks={},
        filed_at=made.at,
        restricted_at=None,
        version=1,
        title=SAID,
        content=SAID,
        address=OTHER["address"],
    )
    documents: dict[str, Record] = {
        f"petitions/{MERGED}": merged,
        f"petitions/{MERGED}/history/1": made(HistoryEntry, seq=1, reason=SAID, filer_text=SAID),
        f"petitions/{MERGED}/papers/q": made(
            Paper, id="q", code=MERGED, sheet=made(Sheet, body=SAID, addressee=[SAID]), body=SAID, making=None,
            pdf=None, docx=None, signature=None,
        ),
        "portal_inbound/j": made(InboundChange, code=MERGED, text=SAID),
        "difficulties/of-nobody": made(Difficulty, code=None, files=[], text=SAID, answer=SAID),
    }  # fmt: skip
    for path, document in documents.items():
        world.store.create(path, document.stored())
    world.store.update(f"petitions/{CODE}", {"absorbed": [MERGED]})
    world.store.update("unit_answers/SXD", {"templates": [template(SAID), template("Gọi 1022 hoặc 024.3825.3536")]})
    world.store.update("officers/sxd-head", {"filters": [{"id": "a", "name": "Đơn", "query": "", "text": SAID}]})
    world.project(MERGED)
    receipt = {"event_name": "user_received_message", "recipient": {"id": "84987654321"}, "message": {"msg_id": "m"}}
    letter(world, "zns", receipt)
    return made


def template(text: str) -> dict[str, str]:
    return {"id": f"t{len(text)}", "name": "Mẫu", "text": text, "basis": ""}


def letter(world: World, message_id: str, event: dict[str, Any]) -> None:
    wrapped = {"data": base64.b64encode(json.dumps(event).encode()).decode(), "key": "", "attempts": 1}
    attributes = {"consumer": "zalo-receipts-notifications", "message_id": message_id, "reason": "unknown"}
    KeepDeadLetter(world.store, world.clock, ID_KEY)(DeadLetter("1", json.dumps(wrapped).encode(), attributes, ""))


def erased(world: World) -> None:
    asks(world)
    sweep(world)
    tells(world)
    sweep(world)


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.PUBLISHED])
def test_no_document_with_a_mark_is_left(state: State) -> None:
    world = World()
    made = plant_all(world, state)
    letter(world, "others", {"event_name": "user_received_message", "recipient": {"id": "84911111111"}})
    marks = (*made.gone(), *SPELLED, *WHO.values(), *OF_OTHER, USER)
    before = marked(world, marks)
    assert len(before) > 30
    erased(world)
    assert marked(world, marks) == {}
    assert [path for path in world.store.paths("dead_letters") if "zns" in path] == []
    assert len([path for path in world.store.paths("dead_letters") if "others" in path]) == 1
    assert world.kept.objects == {}
    assert world.store.documents["officers/sxd-head"]["filters"] == []
    texts = [document["text"] for document in world.store.documents["unit_answers/SXD"]["templates"]]
    assert texts[1] == "Gọi 1022 hoặc 024.3825.3536"


def test_words_stay_in_documents_alone_that_the_law_keeps() -> None:
    world = World()
    made = plant_all(world)
    words = tuple(mark for _, mark, part in made.marks if part in WORDS)
    erased(world)
    kept = {declared(path) for path in marked(world, words)}
    assert kept
    assert kept <= set(KEPT_BY_LAW)


def test_every_kind_of_document_with_words_has_its_ground() -> None:
    law = (ROOT / "functions" / "LAW.md").read_text()
    for kind, ground in KEPT_BY_LAW.items():
        assert ground in {PUBLIC_RECORD, OFFICES_OWN} or re.search(rf"\| <a [^|]*</a>{ground} \|", law), kind
    roots = {kind for kind in COLLECTIONS.values() if isinstance(kind, type)}
    assert set(KEPT_BY_LAW) == {kind for kind in roots if holds_words(kind)}


def holds_words(kind: type[BaseModel]) -> bool:
    """Return whether documents of the type contain free text, directly or in nested records.

    Saved filters do not count, because an erasure deletes them as a whole.
    """
    if kind not in PERSONAL_DATA_FIELDS or kind.__name__ == "Officer":
        return False
    return any(
        part in WORDS or (part is ErasureTreatment.WITHIN and any(map(holds_words, _within(kind, name))))
        for name, part in treatments_of(kind).items()
    )


def _within(kind: type[BaseModel], name: str) -> list[type[BaseModel]]:
    parts = parts_of(kind.model_fields[name].annotation)
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]


def test_a_letter_that_was_keyed_in_loses_its_filer_too() -> None:
    world = World()
    made = plant(world, State.IN_PROGRESS)
    theirs = [path for path in world.store.documents if path.startswith(("citizens", "guidance", "dead_letters"))]
    for path in [*theirs, "notices/mine"]:
        del world.store.documents[path]
    world.store.update(f"petitions/{CODE}", {"source": "paper", "citizen": "", "page": None})
    desk = EraseAtTheDesk(world.store, world.publisher, world.clock, world.ids, reference.texts(), ID_KEY)
    desk(officer("VPUB", Role.COORDINATOR), CODE, f"Bà {WHO['name']} viết đơn yêu cầu")
    sweep(world, 2)
    assert marked(world, (*made.gone(), *SPELLED, *WHO.values())) == {}
