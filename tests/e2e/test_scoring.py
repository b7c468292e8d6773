"""The yearly scoring of units on the running system: computed, contested, answered, fixed, and computed again."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
from click.testing import CliRunner

from infra.operate.recount_scores import recount_scores_command
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.petition.codes import make_code
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import petition_path
from petitions.domain.scoring.scoring import Scoring, counted_again, scoring_path
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query
from tests.e2e.stack import LocalStack, Officer, wait_for
from tests.e2e.stored import stored_jobs
from tests.e2e.test_flow import answered

WHY = "Kết quả có bí mật kinh doanh nên không công khai được"


def submit(officer: Officer, path: str, **fields: str) -> httpx.Response:
    return officer.http.post(path, data={"csrf": officer.csrf, **fields})


def done(officer: Officer, key: str) -> bool:
    found = stored_jobs(officer.stack.info, officer.id)
    return any(item["id"].endswith(key) and item["state"] == "done" for item in found)


def moved(value: Any, back: timedelta) -> Any:
    """Return a copy of the stored value in which every time is earlier by `back`."""
    if isinstance(value, datetime):
        return value - back
    if isinstance(value, Mapping):
        return {name: moved(item, back) for name, item in value.items()}
    return [moved(item, back) for item in value] if isinstance(value, list) else value


def a_year_ago(store: FirestoreStore, code: str, back: timedelta) -> str:
    """Copy a petition as if it had been filed and answered a year earlier. Return the new code."""
    filed = store.get(petition_path(code))
    assert filed
    old = make_code(hanoi(filed["filed_at"] - back).date(), code[-9:-1].replace("-", ""))
    gone = {"sync", "next_attempt_at", "unfolded_at", "rating_asked_at"}
    fields = {name: item for name, item in moved(dict(filed), back).items() if name not in gone}
    store.create(petition_path(old), fields | {"code": old})
    for line in store.find(Query(f"{petition_path(code)}/history", order_by=("seq",))):
        if line.data["at"] <= filed["reply"]["approved_at"]:
            entry = {name: item for name, item in moved(dict(line.data), back).items() if name not in gone}
            store.create(history_path(old, entry["seq"]), entry)
    return old


def test_an_inspector_scores_a_year_a_unit_contests_and_it_is_frozen(
    stack: LocalStack, user: str, tmp_path: Path
) -> None:
    code = answered(stack, user)
    inspector = stack.officer("inspector")
    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": stack.info["firestore_host"]}):
        store = FirestoreStore(stack.info["project"], "petitions")
        now = datetime.fromtimestamp(stack.now_ms() / 1000, UTC)
        old, year = a_year_ago(store, code, timedelta(days=365)), f"{hanoi(now).year - 1}"
        unit = (store.get(petition_path(old)) or {})["reply"]["unit"]
        assert submit(inspector, "/scoring/make", name=year, restates="", key="e2escore01").status_code == 303
        wait_for(lambda: done(inspector, "e2escore01"), "the draft")
        identity = f"calendar-year-{year}"
        here, head = f"/scoring/{identity}", stack.officer("head", unit)
        shown = head.http.get(f"{here}/units/{unit}").text
        assert "Dự thảo" in shown
        assert f'value="published {old}"' in shown
        assert submit(head, f"{here}/contests", case=f"published {old}", text=WHY).status_code == 303
        assert "còn được nêu ý kiến tới" in submit(inspector, f"{here}/freeze", key="e2escore02", sure="1").text
        (contest,) = Scoring.model_validate(store.get(scoring_path(identity))).contests
        answer = submit(inspector, f"{here}/contests/{contest.id}", accepted="1", text="Đồng ý, không tính hồ sơ này.")
        assert answer.status_code == 303
        store.update(scoring_path(identity), {"contest_until": now - timedelta(minutes=1)})
        assert submit(inspector, f"{here}/freeze", key="e2escore03", sure="1").status_code == 303
        wait_for(lambda: done(inspector, "e2escore03"), "the freezing")
        frozen = Scoring.model_validate(store.get(scoring_path(identity)))
    assert [version.frozen for version in frozen.versions] == [False, True]
    assert "Đồng ý, không tính hồ sơ này." in head.http.get(f"{here}/units/{unit}").text
    file = tmp_path / "inputs.gz"
    file.write_bytes(inspector.http.get(f"{here}/inputs").content)
    assert counted_again(gzip.decompress(file.read_bytes()).splitlines()).hash == frozen.last.hash
    assert (
        CliRunner()
        .invoke(recount_scores_command, [str(file)], standalone_mode=False)
        .output.startswith(frozen.last.hash)
    )
    assert head.http.get(f"{here}/inputs").status_code == 403
