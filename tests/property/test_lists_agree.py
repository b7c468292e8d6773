"""A filtered list by its pages, its file and its number, for random petitions, people and filters: all are one scan's.

A town is expensive to make and a filter cheap, so each town answers many.
"""

from __future__ import annotations

from random import Random

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests.property.listed_town import check, town_of


@settings(max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # what fails is named by its seed
@given(seed=st.integers(0, 2**32))
@example(seed=100)  # what is new among what is done
@example(seed=103)  # one's own among what one helps with
def test_pages_file_and_number_of_a_list_are_those_of_a_scan(seed: int) -> None:
    draw = Random(seed)
    town = town_of(draw)
    check(draw, town, town.store, 30)
