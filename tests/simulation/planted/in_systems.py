"""Planted faults in the interface for other systems: changes, filed petitions, keys, secrecy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from petitions.domain.officers.service_account import ServiceAccount
from petitions.usecases.channels import add_words, follow_changes, hand_in, read_for_system
from petitions.usecases.channels.follow_changes import Followed, FollowedPage
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from tests.simulation.planted.planting import Planted

CHANGES, CALLS = "a_system_sees_every_change_once", "every_call_is_filed_once"
SECRETS = "a_system_learns_nothing_of_accusations"
_READ, _CALL = follow_changes._read, follow_changes.FollowChanges.__call__


def _no(*_: Any) -> bool:
    return False


def _yes(*_: Any) -> bool:
    return True


def _none(*_: Any) -> None:
    return None


def _before_it(cursor: str) -> Any:
    at, _ = _READ(cursor)
    return at, "" if cursor else "0"


def _only_one_page(self: Any, account: ServiceAccount, cursor: str = "") -> Any:
    found = _CALL(self, account, cursor)
    return _skipping(found) if found.more else found


def _skipping(found: Any) -> Any:
    last = found.changes[-1]
    cursor = follow_changes._written(Followed(last.petition, last.at + timedelta(minutes=10), last.sight))
    return FollowedPage(found.changes, cursor, more=False)


def _own(account: ServiceAccount) -> Any:
    return [("taken.by", "==", account.id)]


IN_SYSTEMS: Mapping[str, Planted] = {
    "changes are listed at once": Planted(CHANGES, follow_changes, "LAG", timedelta(0)),
    "a cursor forgets where it was": Planted(CHANGES, follow_changes, "_read", _before_it),
    "a page of changes skips the next one": Planted(CHANGES, follow_changes.FollowChanges, "__call__", _only_one_page),
    "a unit's system follows only what it handed in": Planted(CHANGES, follow_changes, "_reach", _own),
    "a call is filed as often as it is sent": Planted(
        CALLS, hand_in, "_of_key", _none, ((hand_in, "_of_number", lambda *_: []),)
    ),
    "a caller's later words are dropped": Planted(CALLS, add_words.AddWords, "__call__", _none),
    "a system's own act is a conflict to it": Planted(
        "what_was_said_to_be_done_is_done", ActOnPetition, "was_done", _no, says="somebody else's"
    ),
    "a system reads who accuses its unit": Planted(
        SECRETS, read_for_system, "may_see", _yes,
        ((read_for_system, "is_protected", _no), (read_for_system, "is_closed_to", _no)),
    ),
    "a unit follows what coordinators keep": Planted(
        SECRETS, follow_changes, "_reach", lambda _: [("unit", "==", "VPUB")],
        ((follow_changes, "sight_of", lambda *_: read_for_system.Sight.GONE),),
    ),
    "an ended key goes on": Planted(
        "an_ended_key_opens_nothing", ServiceAccount, "without_key", lambda self, _: self
    ),
}  # fmt: skip
