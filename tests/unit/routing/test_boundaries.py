from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters import reference
from petitions.adapters.boundaries import read_boundaries
from petitions.domain.petition.petition import Location
from petitions.domain.routing.boundaries import Boundaries
from petitions.domain.routing.places import Places
from petitions.domain.units.directory import Directory
from petitions.errors import ConfigError

DIRECTORY = Directory.load(reference.raw("directory.json"))
LANG, BACH_MAI = "PX-00199", "PX-00292"
SQUARE = [[[[105.0, 21.0], [106.0, 21.0], [106.0, 22.0], [105.0, 22.0]], [[105.4, 21.4], [105.6, 21.4], [105.6, 21.6]]]]
FAR = [[[[107.0, 21.0], [107.5, 21.0], [107.5, 21.5]]]]


@pytest.fixture
def boundaries() -> Boundaries:
    return Boundaries.load({"wards": {"00199": SQUARE, "00292": FAR}})


def test_a_point_lies_in_one_ward_not_in_its_holes_and_not_elsewhere(boundaries: Boundaries) -> None:
    assert len(boundaries) == 2
    assert boundaries.ward_at(21.2, 105.2) == LANG
    assert boundaries.ward_at(21.45, 105.55) is None
    assert boundaries.ward_at(21.1, 107.4) == BACH_MAI
    assert boundaries.ward_at(21.4, 107.1) is None
    assert boundaries.ward_at(float("nan"), float("inf")) is None


@given(latitude=st.floats(20.5, 22.5), longitude=st.floats(104.5, 106.5))
def test_square_contains_the_points_of_its_numbers(latitude: float, longitude: float) -> None:
    plain = Boundaries.load({"wards": {"00199": [[SQUARE[0][0]]]}})
    inside = 21 < latitude < 22 and 105 < longitude < 106
    edge = latitude in (21.0, 22.0) or longitude in (105.0, 106.0)
    assert edge or (plain.ward_at(latitude, longitude) == LANG) == inside


@pytest.mark.parametrize(
    "data", [{}, [], {"wards": {"00199": []}}, {"wards": {"00199": [[]]}}, {"wards": {"1": [[[5]]]}}]
)
def test_data_of_another_shape_are_refused(data: object, tmp_path: Path) -> None:
    path = tmp_path / "wards.json"
    path.write_text(json.dumps(data))
    with pytest.raises(ConfigError, match="WARD_BOUNDARIES"):
        read_boundaries(str(path))


def test_a_file_that_is_not_there_is_refused_and_none_is_fine(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        read_boundaries(str(tmp_path / "nowhere.json"))
    assert read_boundaries("") is None


def test_a_location_inside_a_boundary_decides_unless_the_words_name_another_ward(boundaries: Boundaries) -> None:
    places = Places(DIRECTORY, boundaries=boundaries)
    here = Location(latitude=21.2, longitude=105.2)
    assert (places.find("Rác ở đây", None, here).ward, places.find("Rác ở đây", None, here).sure) == (LANG, True)
    street = places.find("Rác ở phố Kim Mã", None, here)
    assert (street.ward, street.sure) == (LANG, True)
    named = places.find("Rác ở phường Định Công", None, here)
    assert named.ward == "PX-00316"


@pytest.mark.skipif(
    not os.environ.get("WARD_BOUNDARIES"), reason="NOT RUN: WARD_BOUNDARIES names no file of boundaries"
)
def test_the_operators_file_holds_every_ward_and_agrees_with_the_centroids() -> None:
    found = read_boundaries(os.environ["WARD_BOUNDARIES"])
    assert found is not None
    assert len(found) == len(DIRECTORY.wards)
    places = Places(DIRECTORY, boundaries=found)
    agreeing = 0
    for ward in DIRECTORY.wards:
        match = places.find("Rác ở đây", None, Location(latitude=ward.latitude, longitude=ward.longitude))
        agreeing += match.ward == ward.code and match.sure
    # The centroid of a crooked ward may lie in its neighbour.
    assert agreeing >= len(DIRECTORY.wards) * 0.95
