"""The file of the portal's names for states, units and fields. An incomplete one is rejected with all errors."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest

from petitions.adapters import reference
from petitions.adapters.portal.mapping import Mapping, schema
from petitions.domain.shared.reference_data import ReferenceFaults, parse


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
        "services.rating.fields: two have the same name",
    ]


def test_faults_of_form_are_listed_together_too() -> None:
    raw: dict[str, Any] = copy.deepcopy(reference.parsed("portal.json"))
    raw["call_path"] = "mapi"
    raw["more"] = 1
    raw["services"]["hello"] = {"name": "X", "updating": False, "fields": {}}
    with pytest.raises(ReferenceFaults) as caught:
        parse(Mapping, raw, "portal.json")
    assert len(caught.value.faults) == 3


def test_the_schema_beside_the_file_is_the_models_and_the_file_follows_it() -> None:
    stored = reference.parsed("portal.schema.json")
    assert stored == schema(), "python -m infra.operate replay schema"
    assert not list(jsonschema.Draft202012Validator(stored).iter_errors(reference.parsed("portal.json")))


@pytest.mark.parametrize("part", ["states", "ratings", "result", "kinds"])
def test_schema_and_check_refuse_the_same_files(part: str) -> None:
    raw: dict[str, Any] = copy.deepcopy(reference.parsed("portal.json"))
    raw[part].pop(next(iter(raw[part])))
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(raw))
    with pytest.raises(ReferenceFaults, match=f"{part}: .* is missing"):
        parse(Mapping, raw, "portal.json")
