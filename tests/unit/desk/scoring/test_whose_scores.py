from __future__ import annotations

from tests.unit.desk.office import Office
from tests.unit.desk.scoring.planted import CASE, plant


def test_one_reads_the_scores_of_all_or_of_ones_own_unit() -> None:
    office = Office()
    known = plant(office.store, office.frozen, office.clock.now(), "planted")
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    (listed,) = inspector.shown("/scoring")["known"]
    assert (listed.id, listed.is_frozen) == ("planted", False)
    assert [version.hash for version in listed.versions] == [known.last.hash]
    all_units = inspector.shown("/scoring/planted")["found"]
    assert {unit.unit for unit in all_units} == {"SXD", "SYT", "PX-00004"}
    (own,) = head.shown("/scoring/planted")["found"]
    assert own == next(unit for unit in all_units if unit.unit == "SXD")
    assert own.rank is None  # three petitions are too few
    assert sum(part.points for part in own.parts) <= sum(part.possible for part in own.parts)


def test_a_score_is_explained_down_to_its_petitions_and_another_units_is_not() -> None:
    office = Office()
    plant(office.store, office.frozen, office.clock.now(), "planted")
    head = office.at_desk("sxd-head")
    found = head.shown("/scoring/planted/units/SXD")["found"]
    late = next(part for part in found.parts if part.criterion.key == "on_time")
    assert (list(late.other), len(late.good)) == ([CASE], 2)
    assert list(found.contests) == []
    assert office.at_desk("syt-head").shown("/scoring/planted/units/SYT")["found"].contests[0].id == "c1"
    for path in ("/scoring/planted/units/SYT", "/scoring/none", "/scoring/planted?version=7"):
        assert head.see(path).status_code == 404


def test_state_of_papers_is_shown_only_to_the_holding_unit() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    path, head = f"/petitions/{petition.code}", office.at_desk("sxd-head")
    begun = head.submit(f"{path}/papers", kind="receipt", key="p" * 20)
    assert begun.status_code == 303
    (paper,) = head.shown(path)["papers"].papers
    assert (paper.kind, paper.state, paper.unit, paper.number) == ("receipt", "draft", "SXD", None)
    assert list(office.at_desk("coordinator").shown(path)["papers"].papers) == []
    assert office.at_desk("syt-head").see(path).status_code == 404
