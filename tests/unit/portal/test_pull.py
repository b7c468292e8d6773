"""Changes reported by the portal are stored first, applied once, and never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.citizen.citizen import Citizen, citizen_path
from petitions.domain.lifecycle.lifecycle import ClockName, State
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.petition.petition import petition_path
from petitions.domain.portal.portal_change import inbound_id, inbound_path
from petitions.domain.portal.portal_differences import difference_path
from petitions.domain.portal.portal_items import PortalChange
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.usecases.portal.apply_change import PATIENCE
from petitions.usecases.portal.pull_changes import CURSOR_PATH, FIRST_LOOK_BACK, LEASE, OVERLAP
from petitions.usecases.shared.relay import RelayUnpublished
from tests.unit.portal.foreign import filed
from tests.unit.portal.model import CODE, CODE_2, NATIONAL, PortalWorld


class PullWorld(PortalWorld):
    def __post_init__(self) -> None:
        super().__post_init__()
        citizen = Citizen(zalo_id="4572947693969771653", last_interaction_at=self.clock.now())
        self.store.create(citizen_path("pseudonym"), citizen.stored())
        self.file()
        self.approve()

    def change(self, number: int = 1, **more: Any) -> PortalChange:
        fields: dict[str, Any] = {
            "id": f"TD{number}",
            "kind": "returned",
            "code": CODE,
            "national_code": NATIONAL,
            "text": "Câu trả lời chưa đầy đủ.",
            "at": self.clock.now(),
            "raw": {"MATHAYDOI": f"TD{number}"},
        }
        return PortalChange(**{**fields, **more})

    def kept(self, number: int = 1) -> dict[str, Any]:
        return self.store.documents[inbound_path(inbound_id(f"TD{number}"))]


@pytest.fixture
def world() -> PullWorld:
    return PullWorld()


def test_a_returned_answer_must_be_given_again(world: PullWorld) -> None:
    world.portal.feed = [world.change()]
    assert world.pull() == 1
    petition = world.petition()
    assert petition.state is State.REDO
    assert petition.clocks[ClockName.ANSWER].is_running
    assert petition.due_at == petition.clocks[ClockName.ANSWER].due_at
    assert petition.next_attempt_at is not None
    assert petition.reply, "the answer that was given is kept"
    entry = HistoryEntry.model_validate(world.store.documents[history_path(CODE, 3)])
    assert (entry.action, entry.role) == ("portal_return", "portal")
    assert entry.reason == ("Câu trả lời chưa đầy đủ.\nThay cho: Đã trả lời, Văn phòng UBND thành phố Hà Nội."), (
        "what was overridden stands in the history"
    )
    assert entry.clock_effects == ["start answer"]
    assert [message.data["seq"] for message in world.publisher.of("petition-events")] == [3]
    [notice] = [world.store.documents[path] for path in world.store.paths("notices")]
    assert (notice["kind"], notice["citizen"], CODE in notice["text"]) == ("redo", "pseudonym", True)
    assert [message.data["id"] for message in world.publisher.of("notices")] == [notice["id"]]
    assert (world.kept()["state"], world.kept()["raw"]) == ("applied", {"MATHAYDOI": "TD1"})


def test_portals_data_of_an_erased_filer_is_not_stored_again(world: PullWorld) -> None:
    world.store.update(petition_path(CODE), {"restricted_at": world.clock.now()})
    filing = filed(world).petition
    assert filing
    world.portal.feed = [world.change(petition=filing, raw={"HOVATEN": filing.name})]
    assert world.pull() == 1
    assert world.kept()["state"] == "applied"
    assert filing.name not in repr(world.kept())
    assert filing.phone not in repr(world.kept())


def test_the_same_change_again_changes_nothing(world: PullWorld) -> None:
    world.portal.feed = [world.change()]
    world.pull()
    commits, version = world.store.commits, world.petition().version
    world.clock.advance(minutes=5)
    assert world.pull() == 0
    assert world.petition().version == version
    assert world.store.commits == commits + 2, "only the lease was taken and given back"


def test_two_returns_are_two_changes(world: PullWorld) -> None:
    world.portal.feed = [world.change(1)]
    world.pull()
    world.line("resume_work", State.IN_PROGRESS)
    world.approve("Câu trả lời đầy đủ hơn.")
    world.portal.feed = [world.change(1), world.change(2)]
    world.pull()
    assert world.petition().state is State.REDO
    assert len(world.petition().clocks[ClockName.ANSWER].runs) == 1


def test_forbidden_change_becomes_a_difference(world: PullWorld) -> None:
    world.line("close", State.CLOSED)
    world.portal.feed = [world.change()]
    world.pull()
    assert world.petition().state is State.CLOSED
    assert (world.kept()["state"], world.kept()["reason"]) == ("conflict", "state_closed")
    difference = world.store.documents[difference_path(inbound_id("TD1"))]
    assert (difference["kind"], difference["code"], difference["repair"]) == ("conflict", CODE, "person")
    assert world.publisher.published == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"code": CODE_2}, "petition_unknown"),
        ({"code": "petitions/../x"}, "petition_unknown"),
        ({"code": "", "national_code": ""}, "petition_unknown"),
        ({"code": "", "national_code": "PAKN.20261123.9999"}, "petition_unknown"),
    ],
)
def test_a_change_of_a_petition_that_is_not_here(world: PullWorld, more: dict[str, Any], reason: str) -> None:
    world.portal.feed = [world.change(**more)]
    world.pull()
    world.clock.at += PATIENCE
    world.pull()
    assert (world.kept()["state"], world.kept()["reason"]) == ("conflict", reason)


def test_a_petition_is_found_by_its_national_code(world: PullWorld) -> None:
    world.push(CODE)
    world.portal.feed = [world.change(code="")]
    world.pull()
    assert world.petition().state is State.REDO


def test_a_national_code_that_differs_is_no_match(world: PullWorld) -> None:
    world.push(CODE)
    world.portal.feed = [world.change(national_code="PAKN.20261123.9999")]
    world.pull()
    assert world.petition().state is State.ANSWERED
    assert world.kept()["reason"] == "national_code_differs"


def test_an_unknown_kind_is_kept_and_alarmed_once(world: PullWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.portal.feed = [world.change(kind=None)]
    world.pull()
    world.pull()
    assert world.kept()["state"] == "unknown"
    alarms = [line for line in capsys.readouterr().out.splitlines() if "portal_change_unknown" in line]
    assert len(alarms) == 1
    assert '"severity": "CRITICAL"' in alarms[0]


def test_a_fault_of_ours_stops_no_other_change(world: PullWorld) -> None:
    world.store.documents[f"petitions/{CODE}"]["clocks"] = "nonsense"
    world.portal.feed = [world.change(1), world.change(2, code=CODE_2)]
    world.pull()
    assert [world.kept(1)["state"], world.kept(2)["state"]] == ["failed", "conflict"]


def test_the_cursor_moves_to_the_start_less_the_overlap(world: PullWorld) -> None:
    began = world.clock.now()
    world.pull()
    assert world.portal.read_since == [began - FIRST_LOOK_BACK]
    assert world.store.documents[CURSOR_PATH]["cursor"] == began - OVERLAP
    world.clock.advance(minutes=5)
    world.pull()
    assert world.portal.read_since[1] == began - OVERLAP


def test_a_portal_whose_clock_is_behind_ours_loses_no_change(world: PullWorld) -> None:
    """The next reading begins before the newest reported change, by the portal's own clock."""
    behind = timedelta(hours=1)
    world.portal.feed = [world.change(1, kind="rated", level=2, at=world.clock.now() - behind)]
    assert world.pull() == 1
    assert world.store.documents[CURSOR_PATH]["cursor"] == world.clock.now() - behind - OVERLAP
    world.clock.advance(minutes=1)
    world.portal.feed.append(world.change(2, kind="rated", level=3, at=world.clock.now() - behind))
    assert world.pull() == 1
    rating = world.petition().rating
    assert rating
    assert rating.level == 3


def test_a_feed_that_fails_leaves_the_cursor_and_alarms_after_a_day(
    world: PullWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.pull()
    cursor = world.store.documents[CURSOR_PATH]["cursor"]
    world.portal.feed_outcome = Outcome.UNKNOWN
    for _ in range(26):
        world.clock.advance(hours=1)
        world.pull()
    assert world.store.documents[CURSOR_PATH]["cursor"] == cursor
    assert "portal_pull_stuck" in capsys.readouterr().out
    world.portal.feed_outcome = Outcome.OK
    world.clock.advance(minutes=10)
    world.pull()
    assert "failing_since" not in world.store.documents[CURSOR_PATH]


def test_one_run_at_a_time(world: PullWorld) -> None:
    world.pull()
    world.store.documents[CURSOR_PATH]["lease_until"] = world.clock.now() + LEASE
    world.pull()
    assert len(world.portal.read_since) == 1
    world.clock.at += LEASE
    world.pull()
    assert len(world.portal.read_since) == 2


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("skip", range(4))
def test_a_crash_at_any_commit_applies_the_change_once(world: PullWorld, where: str, skip: int) -> None:
    """A run commits three times: lease, application, release. A fourth crash falls into the next run."""
    world.portal.feed = [world.change()]
    transact, count = world.store.transact, 0

    def counted(body: Any) -> Any:
        nonlocal count
        if count == skip:
            world.store.crash = where
        count += 1
        return transact(body)

    world.store.transact = counted  # type: ignore[method-assign]
    for _ in range(3):
        try:
            world.pull()
        except Retryable:
            world.clock.advance(minutes=1)
        world.clock.at += timedelta(minutes=5)
    RelayUnpublished(world.store, world.publisher, world.clock)()
    assert (world.petition().state, world.petition().version) == (State.REDO, 3)
    assert world.kept()["state"] == "applied"
    assert {message.data["seq"] for message in world.publisher.of("petition-events")} == {3}
    assert len(world.store.paths("notices")) == 1


def test_a_fault_of_the_publisher_loses_no_message(world: PullWorld) -> None:
    world.portal.feed = [world.change()]
    world.publisher.failing = True
    world.pull()
    assert world.kept()["state"] == "applied", "the commit stands, the relay publishes"
    world.publisher.failing = False
    world.clock.advance(minutes=5)
    RelayUnpublished(world.store, world.publisher, world.clock)()
    assert len(world.publisher.of("petition-events")) == 1


def refusing(*_: object) -> bool:
    raise Retryable("not now", reason="firestore")


def test_stored_changes_are_applied_although_the_feed_is_down(
    world: PullWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.portal.feed = [world.change(1), world.change(2, kind=None, at=world.clock.now() + timedelta(seconds=1))]
    apply = type(world.parts.apply)
    with monkeypatch.context() as down:
        down.setattr(apply, "__call__", refusing)
        world.pull()
    assert world.kept(2)["state"] == "new"
    world.portal.feed_outcome = Outcome.UNKNOWN
    world.clock.advance(minutes=5)
    world.pull()
    assert world.kept(2)["state"] == "unknown"


def test_a_time_far_in_the_future_outdoes_no_later_change(world: PullWorld) -> None:
    world.portal.feed = [world.change(1, at=world.clock.now() + timedelta(days=30_000))]
    world.pull()
    world.line("resume_work", State.IN_PROGRESS)
    world.approve("Câu trả lời đầy đủ hơn.")
    world.clock.advance(minutes=5)
    world.portal.feed.append(world.change(2))
    world.pull()
    assert world.petition().state is State.REDO
    assert world.store.documents[CURSOR_PATH]["cursor"] <= world.clock.now() - OVERLAP
