"""Citizens who write during the deployment of a release, and a check that no message is lost or handled twice."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.deployed.jobs import fire_each_minute
from infra.rehearsal.walk.people import Citizen, wait_for
from infra.rehearsal.walk.stage import Stage

CITIZENS = 3
PAUSE_SECONDS = 5.0
AFTERWARDS = 2
"""The number of messages that every citizen writes after the new revisions serve all requests."""


@dataclass
class _Writer:
    """A thread in which a citizen files a petition and then writes messages until `ending` is set."""

    citizen: Citizen
    ending: threading.Event
    codes: list[str] = field(default_factory=list)
    failure: str = ""

    def write(self) -> None:
        try:
            self.codes.append(self.citizen.files())
            while not self.ending.wait(PAUSE_SECONDS):
                self.more()
            for _ in range(AFTERWARDS):
                self.more()
        except (StepError, httpx.HTTPError) as error:
            self.failure = f"{type(error).__name__}: {error}"

    def more(self) -> None:
        self.citizen.writes(f"Tôi xin bổ sung: giấy hẹn lần {len(self.citizen.written)} của tôi vẫn chưa được trả")


@contextmanager
def written_to(stage: Stage, *rolled: str) -> Iterator[None]:
    """Let citizens send messages while the body of the `with` statement deploys new revisions of these functions.

    Raises StepError if a message is lost or handled twice, or if one of the functions has no new revision.
    """
    before = {name: stage.running.started.running[name].revision for name in rolled}
    ending = threading.Event()
    writers = [_Writer(Citizen(stage.running, f"Người dân {number}"), ending) for number in range(CITIZENS)]
    threads = [threading.Thread(target=writer.write, daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
        stage.running.follow()
    finally:
        ending.set()
        for thread in threads:
            thread.join()
    if failed := [writer.failure for writer in writers if writer.failure]:
        raise StepError(f"citizens had no answer while {', '.join(rolled)} rolled: {failed}")
    if same := [name for name, was in before.items() if stage.running.started.running[name].revision == was]:
        raise StepError(f"not deployed anew: {same}")
    settled(stage)
    look(documents(stage), [(writer.citizen.id, writer.citizen.written, writer.codes) for writer in writers])
    count = sum(len(writer.citizen.written) for writer in writers)
    stage.notes.append(f"{count} messages of {CITIZENS} citizens while {', '.join(rolled)} rolled: each stored once")


def settled(stage: Stage) -> None:
    """Run the schedules that send pending work, then wait until all pushed subscriptions are empty.

    Raises StepError if messages are left after a while.
    """
    fire_each_minute(stage.state, stage.running.front)
    pushed = {
        stored.name.rpartition("/")[2]
        for stored in stage.state.of("pubsub.projects.subscriptions")
        if _push(stored.body)
    }

    def idle() -> bool:
        figures = httpx.get(f"{stage.running.around.url('pubsub_admin')}/stats", trust_env=False).json()
        return not any(item["backlog"] for name, item in figures["subscriptions"].items() if name in pushed)

    wait_for(lambda: idle() or None, "empty subscriptions")


def _push(body: dict[str, Any]) -> bool:
    return bool(body.get("pushConfig", {}).get("pushEndpoint"))


def documents(stage: Stage) -> dict[str, Any]:
    """Return all documents of the deployed database of petitions: fields in Firestore's REST form, by path."""
    response = httpx.get(f"{stage.running.around.url('firestore_admin')}/export", trust_env=False, timeout=60)
    rows = [json.loads(line) for line in response.raise_for_status().text.splitlines()]
    database = stage.tree.variables.get("petitions_database", "petitions")
    return {row["path"]: row["fields"] for row in rows if row["database"] == database}


def look(stored: dict[str, Any], writers: list[tuple[str, list[str], list[str]]]) -> None:
    """Check that the database holds every text of the writers once, and every petition code.

    A writer is given by citizen id, texts and codes. Raises StepError with all dead letters, lost or doubled texts and
    wrong codes.
    """
    wrong = [path for path in stored if path.startswith("dead_letters/")]
    paths = {
        fields["zalo_id"]["stringValue"]: path
        for path, fields in stored.items()
        if path.count("/") == 1 and path.startswith("citizens/")
    }
    for zalo_id, texts, codes in writers:
        path = paths.get(zalo_id, "nobody")
        kept = Counter(
            part["mapValue"]["fields"]["text"]["stringValue"]
            for item, fields in stored.items()
            if item.startswith(f"{path}/inputs/")
            for part in fields["parts"]["arrayValue"]["values"]
        )
        wrong += [f"lost: {element}" for element in (Counter(texts) - kept).elements()]
        wrong += [f"doubled: {element}" for element in (kept - Counter(texts)).elements()]
        theirs = stored.get(path, {}).get("petitions", {}).get("arrayValue", {}).get("values", [])
        filed = [item["mapValue"]["fields"]["code"]["stringValue"] for item in theirs]
        if sorted(filed) != sorted(codes) or any(f"petitions/{code}" not in stored for code in codes):
            wrong.append(f"told {codes}, filed {filed}")
    if wrong:
        raise StepError("\n".join(wrong))
