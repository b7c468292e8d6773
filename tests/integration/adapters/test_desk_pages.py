"""The number of Firestore calls for every page of the deployed desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from petitions.domain.lifecycle.lifecycle import Role
from tests.integration.adapters.desk_server import PEOPLE, Desk
from tests.load.bench_pages import grown, measured
from tests.load.desk_city import city, cost
from tests.load.desk_pages import paths, served

MOST_QUERIES = 10
OF_CLOSED = 4
"""Further queries of coordinators and inspectors, who must not see some petitions.

MOST_QUERIES includes six queries for the page itself, one for the count of waiting citizens, and one for the approvals
of a head.
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FirestoreServer, Desk]]:
    with served(tmp_path_factory.mktemp("pages"), city(1000)) as running:
        yield running


def spent(report: dict[str, Any]) -> tuple[int, int]:
    calls = {name: method["calls"] for name, method in report["methods"].items()}
    return calls.get("RunQuery", 0) + calls.get("RunAggregationQuery", 0), sum(calls.values())


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_takes_ten_queries_at_most(office: tuple[FirestoreServer, Desk], who: str) -> None:
    """A page needs at most ten queries if the caches of the instance are filled, and one more otherwise.

    Cached for a minute are the officers (one query) and the versions of reference data in force (one document).
    Officers who see the petitions of all units need four more queries, for the petitions that are hidden from them.
    """
    (server, desk), role = office, PEOPLE[who][1]
    person = desk.at(who)
    seen = 0
    for path in paths(role):
        costs = []
        for pause in (61, 0):
            desk.wait(pause)
            cost(server)
            answer = person.see(path)
            assert answer.status_code == 200, (path, answer.text)
            costs.append(spent(cost(server)))
        (late, _), (queries, calls) = costs
        most = MOST_QUERIES + (OF_CLOSED if role in {Role.COORDINATOR, Role.INSPECTOR} else 0)
        assert late <= most + 1, (path, costs)
        assert max(queries, calls) <= most, (path, costs)
        seen += 1
    assert seen >= (8 if role is Role.ADMIN else 15)


@pytest.mark.release
def test_four_times_as_many_petitions_cost_no_page_a_read_more() -> None:
    """`make bench-desk` compares the same pages with 100,000 petitions, and measures the time too."""
    small, large = measured(1_000), measured(4_000)
    assert len(large) > 100
    assert grown(small, large) == []
