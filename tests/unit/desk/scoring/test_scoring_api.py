"""Scores and papers for a program: what the pages say, to the same people, without a word of a petition."""

from __future__ import annotations

from tests.unit.desk.office import Office
from tests.unit.desk.scoring.planted import CASE, plant


def test_a_program_reads_the_scores_of_all_or_of_its_own_unit() -> None:
    office = Office()
    known = plant(office.store, office.frozen, office.clock.now(), "planted")
    inspector, head = office.at_desk("inspector"), office.at_desk("sxd-head")
    (listed,) = inspector.see("/api/scoring").get_json()["scorings"]
    assert (listed["id"], listed["is_frozen"]) == ("planted", False)
    assert [each["hash"] for each in listed["versions"]] == [known.last.hash]
    all_units = inspector.see("/api/scoring/planted").get_json()["units"]
    assert {each["unit"] for each in all_units} == {"SXD", "SYT", "PX-00004"}
    (own,) = head.see("/api/scoring/planted").get_json()["units"]
    assert own == next(each for each in all_units if each["unit"] == "SXD")
    assert own["rank"] is None  # three petitions are too few
    assert sum(each["points"] for each in own["parts"]) <= sum(each["possible"] for each in own["parts"])


def test_a_score_is_explained_down_to_its_petitions_and_another_units_is_not() -> None:
    office = Office()
    plant(office.store, office.frozen, office.clock.now(), "planted")
    head = office.at_desk("sxd-head")
    found = head.see("/api/scoring/planted/units/SXD").get_json()
    late = next(each for each in found["parts"] if each["criterion"] == "on_time")
    assert (late["other"], len(late["good"])) == ([CASE], 2)
    assert found["contests"] == []
    assert office.at_desk("syt-head").see("/api/scoring/planted/units/SYT").get_json()["contests"][0]["id"] == "c1"
    assert head.see("/api/scoring/planted/units/SYT").status_code == 404
    assert head.see("/api/scoring/none").status_code == 404
    assert head.see("/api/scoring/planted?version=7").status_code == 404


def test_a_program_reads_how_papers_stand_and_none_of_their_words() -> None:
    office = Office()
    petition = office.filed_in("SXD")
    head = office.at_desk("sxd-head")
    begun = head.submit(f"/petitions/{petition.code}/papers", kind="receipt", key="p" * 20)
    assert begun.status_code == 303
    answer = head.see(f"/api/petitions/{petition.code}/papers")
    (paper,) = answer.get_json()["papers"]
    assert (paper["kind"], paper["state"], paper["unit"], paper["number"]) == ("receipt", "draft", "SXD", None)
    for secret in (petition.contact.name, petition.content, petition.address):
        assert secret not in answer.text
    assert office.at_desk("coordinator").see(f"/api/petitions/{petition.code}/papers").get_json() == {"papers": []}
    assert office.at_desk("syt-head").see(f"/api/petitions/{petition.code}/papers").status_code == 404
