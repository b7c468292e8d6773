"""The reader for the promise to accusers tries every way to read, because a forgotten one would go unnoticed."""

from __future__ import annotations

import pytest

from petitions.adapters.understanding import routers
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.routing.proposed_class import judge_readers
from petitions.domain.shared.records import replace
from tests.simulation.functions import running
from tests.simulation.invariants import run_seed
from tests.simulation.people import accusing
from tests.simulation.people.accusing import ACCUSED
from tests.simulation.reading import WAYS, at_the_desk
from tests.simulation.system import Simulation
from tests.simulation.watch import UNITS, accused_by
from tests.unit.petition.handling import officer

WITH_ACCUSING_ONES = (50, 8)
"""Two seeds in which the coordinators have a petition that accuses an office."""
ELSEWHERE = {"contacts", "mail", "merge", "offer", "public"}
"""Ways that these seeds do not use: they need a request, a second petition, or data that nobody may read."""
OF_COORDINATORS = (9, 31, 59)
"""Seeds in which a petition accuses the coordinators, by their name or by their work."""
WRITTEN = (accusing.FIRST, accusing.LETTER, accusing.ADDITION, accusing.TALK, accusing.RATING, accusing.CONTEST)


def petitions(world: Simulation) -> list[Petition]:
    return [Petition.model_validate(world.store.documents[path]) for path in world.store.paths("petitions")]


def test_authorised_officers_read_it_in_every_way() -> None:
    ways = set[str]()
    coordinator = officer(COORDINATORS, Role.COORDINATOR, "truc")
    for seed in WITH_ACCUSING_ONES:
        world = run_seed(seed)
        secrets = [petition.code for petition in petitions(world) if petition.accused]
        with running(world):
            read = [*at_the_desk(world, coordinator, petitions(world), ["vòi tiền"]).everything()]
        ways |= {way for way, text in read if any(code in text for code in secrets)}
    assert ways >= WAYS.keys() - ELSEWHERE


@pytest.mark.parametrize("words", [*WRITTEN, accusing.PAGE_WORDS])
def test_accusations_are_recognised_and_ordinary_texts_are_not(words: str) -> None:
    judge, *_ = judge_readers(routers.router().route)
    assert all(judge(words.format(mark=accusing.MARK.format(number=number))) for number in range(20))
    assert not judge(accusing.ORDINARY.format(mark="giấy hẹn số 7"))


def test_a_family_is_accused_with_one_of_it() -> None:
    world = run_seed(0)
    one, *_ = petitions(world)
    accuses = replace(one, code="HN-261123-0000-0001", accused=ACCUSED, merged_into=one.code)
    assert accused_by(one, [one, accuses]) == {ACCUSED}
    assert accused_by(one, [one]) == set()
    of_coordinators = replace(accuses, accused=COORDINATORS)
    assert accused_by(one, [one, of_coordinators]) == {*UNITS, COORDINATORS}


def test_coordinator_reading_in_every_way_reads_no_accusation_of_themselves() -> None:
    judge, reads = routers.router().route, set[str]()
    assert all(judge(words.format(mark="QX90001")).closed for words in accusing.OF_COORDINATORS)
    for seed in OF_COORDINATORS:
        world = run_seed(seed)
        codes = [petition.code for petition in petitions(world) if petition.accused == COORDINATORS]
        assert codes
        who = officer(COORDINATORS, Role.COORDINATOR, "truc")
        with running(world):
            read = [*at_the_desk(world, who, petitions(world), ["vòi tiền", "điều phối"]).everything()]
            superior = officer("TTTP", Role.HEAD, "cap-tren")
            reads |= {way for way, text in at_the_desk(world, superior, petitions(world), ["vòi tiền"]).everything()
                      if any(code in text for code in codes)}  # fmt: skip
        assert [way for way, text in read if any(code in text for code in codes)] == []
    assert reads >= {"page", "list", "search"}
