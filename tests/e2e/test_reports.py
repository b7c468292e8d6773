"""A report on the running system: requested at the desk, made by the function `reports`, read, fixed and deleted."""

from __future__ import annotations

import io
import os
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from unittest import mock

import openpyxl

from petitions.adapters.firestore import FirestoreStore
from petitions.domain.jobs.job import job_path
from petitions.domain.shared.instants import hanoi
from tests.e2e.stack import LocalStack, Officer, wait_for
from tests.e2e.stored import stored_jobs


def asks(officer: Officer, key: str, **form: str) -> str:
    answer = officer.http.post("/reports", data={"csrf": officer.csrf, "form": "II.05a", "key": key, **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def jobs(officer: Officer) -> list[dict[str, Any]]:
    return stored_jobs(officer.stack.info, officer.id)


def done(officer: Officer, key: str) -> dict[str, Any] | None:
    return next((job for job in jobs(officer) if job["id"].endswith(key) and job["state"] == "done"), None)


def test_an_inspector_makes_reads_fetches_and_freezes_a_report(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    inspector = stack.officer("inspector")
    today = hanoi(datetime.fromtimestamp(stack.now_ms() / 1000, UTC)).date()
    place = asks(inspector, "e2e0000001", period="days", name="", first=f"{today}", last=f"{today}")
    made = wait_for(lambda: done(inspector, "e2e0000001"), "the report")
    assert "Toàn thành phố" in inspector.http.get(place).text
    assert code in inspector.http.get(f"{place}/cells?row=HANOI&column=new").text
    book, paper, *_ = (inspector.http.get(item["address"]).content for item in made["files"])
    assert openpyxl.load_workbook(io.BytesIO(book)).sheetnames == ["Số liệu", "Giải thích cột"]
    assert paper.startswith(b"%PDF-")

    name = f"{today - timedelta(days=2)}/{today - timedelta(days=1)}"
    asks(inspector, "e2e0000002", period="days", name=name, do="freeze", sure="1")
    wait_for(lambda: done(inspector, "e2e0000002"), "the freezing")
    page = inspector.http.get("/reports").text
    frozen = re.search(r'href="(/reports/frozen/II\.05a-days-[^"]+/1)"', page)
    assert frozen, page
    assert inspector.http.get(f"{frozen[1]}/files/0").status_code == 200
    published = inspector.http.post(f"{frozen[1]}/public", data={"csrf": inspector.csrf, "do": "publish"})
    assert published.status_code == 303, published.text
    assert stack.http.post(f"{stack.url('console_url')}/api/fire/figures-publish", json={}).status_code == 200
    public, looks = f"{stack.url('public_url')}/reports", count()  # a page is kept for a minute by its whole address
    wait_for(lambda: "<code>" in stack.http.get(f"{public}?look={next(looks)}").text, "the public report")

    with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": stack.info["firestore_host"]}):
        store = FirestoreStore(stack.info["project"], "petitions")
        past = datetime.fromtimestamp(stack.now_ms() / 1000, UTC) - timedelta(minutes=1)
        store.update(job_path(made["id"]), {"until": past, "next_attempt_at": past})
    assert stack.http.post(f"{stack.url('console_url')}/api/fire/jobs-sweep", json={}).status_code == 200
    wait_for(lambda: next(job for job in jobs(inspector) if job["id"] == made["id"])["state"] == "expired", "its end")
    assert inspector.http.get(made["files"][0]["address"]).status_code == 404


def test_a_killed_worker_is_replaced(stack: LocalStack) -> None:
    coordinator = stack.officer("coordinator")
    params = {"form": "II.05b", "period": "calendar_month", "name": "2026-11"}
    form = {"kind": "official_report", **params, "key": "e2e0000003"}
    asked = coordinator.submit("/jobs", **form)
    assert asked.status_code == 303, asked.text
    stack.kill("reports")
    stack.move_clock("+4m")  # the lease of the lost one ends
    made = wait_for(lambda: done(coordinator, "e2e0000003"), "the report of another worker")
    assert made["files"][0]["name"] == "Biểu II.05b – Tháng dương lịch 11-2026.xlsx"
    again = coordinator.submit("/jobs", **form)
    assert again.status_code == 303
    assert len([job for job in jobs(coordinator) if job["id"] == made["id"]]) == 1


def test_a_list_and_the_report_of_a_month_are_made_in_the_background(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    coordinator = stack.officer("coordinator")
    month = re.search(r'<option value="(\d{4}-\d{2})"', coordinator.http.get("/management").text)
    assert month
    forms = {"/list": {"view": "open", "key": "e2e0000004"}, "/management": {"name": month[1], "key": "e2e0000005"}}
    for path, form in forms.items():
        asked = coordinator.http.post(path, data={"csrf": coordinator.csrf, **form})
        assert asked.status_code == 303, asked.text
    listed = wait_for(lambda: done(coordinator, "e2e0000004"), "the files of the list")
    reported = wait_for(lambda: done(coordinator, "e2e0000005"), "the report")
    files = {item["name"].rpartition(".")[2]: coordinator.http.get(item["address"]) for item in listed["files"]}
    assert code in files["csv"].content.decode()
    assert {*files} == {"csv", "xlsx", "pdf"}
    assert coordinator.http.get(reported["files"][0]["address"]).content.startswith(b"%PDF-")
