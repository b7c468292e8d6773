"""The file of the portal's names: complete, or refused with every fault."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.portal_mapping import Mapping
from petitions.domain.reference_data import ReferenceFaults, parse


def test_the_file_in_the_package_is_complete() -> None:
    parse(Mapping, reference.parsed("portal.json"), "portal.json")


def test_every_fault_is_listed() -> None:
    raw: dict[str, Any] = copy.deepcopy(reference.parsed("portal.json"))
    del raw["states"]["redo"]
    raw["states"]["lost"] = "MAT"
    del raw["services"]["submit"]["fields"]["phone"]
    raw["services"]["rating"]["fields"]["reason"] = "MUCDO"
    del raw["services"]["changes"]
    raw["ratings"]["4"] = "4"
    with pytest.raises(ReferenceFaults) as caught:
        parse(Mapping, raw, "portal.json")
    assert caught.value.faults == [
        "services: changes is missing",
        "states: redo is missing",
        "states: lost is not known",
        "ratings: 4 is not known",
        "services.submit.fields: phone is missing",
        "services.rating.fields: two fields have the same name",
    ]


def test_faults_of_form_are_listed_together_too() -> None:
    raw: dict[str, Any] = copy.deepcopy(reference.parsed("portal.json"))
    raw["call_path"] = "mapi"
    raw["more"] = 1
    raw["services"]["hello"] = {"name": "X", "updating": False, "fields": {}}
    with pytest.raises(ReferenceFaults) as caught:
        parse(Mapping, raw, "portal.json")
    assert len(caught.value.faults) == 3
