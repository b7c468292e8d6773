"""Reads the data of the running system into the form in which the simulation's promises check it."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from google.cloud.firestore_v1 import types
from google.protobuf import json_format

from petitions.adapters.wire.values import decoded
from petitions.domain.petition.history_entry import history_path
from tests.e2e.faults.people import Desk, Person
from tests.e2e.faults.phones import Phones
from tests.e2e.stack import HANOI, LocalStack
from tests.fakes import FakeClock, FakeStore
from tests.simulation.promises import of_messages, of_records, of_waiting
from tests.simulation.promises.read_world import AtRest, Invariant
from tests.simulation.scheduler import Trouble
from tests.simulation.system import Simulation

ASKED: tuple[Invariant, ...] = (
    of_messages.every_event_is_in_one_place,
    of_messages.every_goal_is_reached_once,
    of_messages.nobody_is_told_twice,
    of_messages.everybody_is_told,
    of_messages.every_officer_is_told,
    of_messages.no_notice_is_made_twice,
    of_messages.nobody_is_told_what_is_no_longer_true,
    of_messages.replies_come_in_order,
    of_messages.every_commit_is_published,
    of_waiting.who_waits_is_answered_in_time,
    of_records.nothing_waits_for_nobody,
    of_records.every_petition_is_routed,
    of_records.histories_are_whole,
    of_records.no_clock_moves_but_by_its_ledger,
    of_records.what_was_said_to_be_done_is_done,
    of_records.the_public_sees_what_is,
    of_records.figures_equal_a_recount,
    of_records.both_sides_are_equal,
    of_records.nothing_is_left_for_the_night,
)
"""The promises that are checked on the running system. The other ones are about events that do not occur on it."""

WAITING = {"planned", "sending", "waiting", "unknown"}


def broken(rest: AtRest) -> list[tuple[str, str]]:
    """Return the promises that the stored data break, as pairs of (name, fault)."""
    return [(asked.__name__, words) for asked in ASKED for words in asked(rest)]


class Stored(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.created_at: dict[str, datetime] = {}


def databases(stack: LocalStack) -> dict[str, Stored]:
    found: defaultdict[str, Stored] = defaultdict(Stored)
    for line in stack.http.get(f"{stack.url('firestore_admin_url')}/export").text.splitlines():
        one = json.loads(line)
        fields = json_format.ParseDict({"fields": one["fields"]}, types.Document()._pb).fields
        store = found[one["database"]]
        store.documents[one["path"]] = decoded(fields)
        store.created_at[one["path"]] = datetime.fromtimestamp(one["create_time"] / 1e6, UTC)
    return found


def unsettled(store: FakeStore) -> list[str]:
    """Return the paths of documents with pending work, except work that waits for a person."""
    return [path for path, fields in store.documents.items() if _waits(path, fields)]


def _waits(path: str, fields: dict[str, Any]) -> bool:
    if path.startswith("notices/"):
        return fields["state"] in WAITING and "next_attempt_at" in fields
    if path.startswith("petitions/") and path.count("/") == 1:
        return fields.get("sync", {}).get("next_at") is not None
    return "unpublished_since" in fields or "unfolded_at" in fields


def as_world(stored: Mapping[str, Stored], **there: Any) -> AtRest:
    """Return stored data and the people of the running system in the form of a simulated run.

    Parts of a simulated run that the running system does not have are empty.
    """
    nothing = {
        "others": {},
        "paused": [],
        "days": 0,
        "on_time_until": math.inf,
        "pubsub": SimpleNamespace(published=[]),
    }
    store = stored["petitions"]
    there |= {"databases": stored, "store": store, "public": stored["public"], "created_at": store.created_at}
    world = SimpleNamespace(**nothing, **there)
    return AtRest(cast("Simulation", world))


@dataclass(frozen=True)
class Running:
    stack: LocalStack
    phones: Phones
    people: list[Person]
    desk: Desk

    def at_rest(self, begun: datetime, troubles: Sequence[Trouble]) -> AtRest:
        """Read all data of the running system in the form that the promises need.

        `begun` is the start of the case, `troubles` are the times in which its faults struck.
        """
        stored = databases(self.stack)
        now = datetime.fromtimestamp(self.stack.now_ms() / 1000, HANOI)
        store = stored["petitions"]
        self._blame(store)
        self.phones.note_times(begun)
        return as_world(
            stored,
            scheduler=SimpleNamespace(
                clock=FakeClock(now),
                start_at=begun,
                aim=None,
                troubles=troubles,
                seconds_at=lambda at: (at - begun).total_seconds(),
            ),
            zalo=self.phones,
            portal=self._portal(),
            citizens=self.people,
            office=self.desk,
            mailer=SimpleNamespace(sent=list(self._mails(store))),
        )

    def _blame(self, store: FakeStore) -> None:
        """List in `desk.blamed` the petitions for which the desk took the officer's own change for another person's."""
        self.desk.blamed.clear()
        for deed in self.desk.deeds:
            entry = store.documents.get(history_path(deed.code, deed.version + 1), {})
            if deed.result != "done" and (entry.get("actor"), entry.get("action")) == (deed.actor, str(deed.action)):
                self.desk.blamed.append(deed.code)

    def _portal(self) -> Any:
        sim, http = f"{self.stack.url('portal_url')}/sim", self.stack.http
        records = http.get(f"{sim}/records").json()
        calls = http.get(f"{sim}/calls").json()
        repeated = [call["key"] for call in calls if call["repeated"]]
        return SimpleNamespace(
            store=SimpleNamespace(records=lambda: records),
            repeated=repeated,
            codes=lambda: [record["code"] for record in records],
        )

    def _mails(self, store: FakeStore) -> Iterator[tuple[str, str, str, str]]:
        """Yield every mail that was sent, as (id of its notice, recipients, subject, text).

        If more mails than notices have the same text, the surplus ones are assigned to the last notice.
        """
        notices: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path in store.paths("notices"):
            notice = store.documents[path]
            if notice["channel"] == "email":
                notices[notice.get("subject") or "", notice["text"].rstrip("\n")].append(notice["id"])
        seen: Counter[tuple[str, str]] = Counter()
        for mail in self.stack.mails():
            subject, text = mail["subject"], mail["text"].rstrip("\n")
            if subject.startswith(of_messages.AGAIN):
                subject, text = subject.removeprefix(f"{of_messages.AGAIN} "), text.partition("\n\n")[2]
            key = subject, text
            if key not in notices:
                key = subject, text.rpartition("\n\n")[0]  # without the link to the notice's page
            ids = notices.get(key, [])
            found = ids[min(seen[key], len(ids) - 1)] if ids else "nobody's"
            seen[key] += 1
            yield found, ",".join(mail["to"]), mail["subject"], mail["text"]
