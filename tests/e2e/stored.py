"""Reads data of a running system from its database, for facts that the pages show only as text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from unittest import mock

from petitions.adapters.firestore import FirestoreStore
from petitions.domain.clock.punctuality import late_steps
from petitions.domain.jobs.job import Job
from petitions.domain.petition.petition import Petition, petition_path
from petitions.ports.store import Query


def stored_petition(info: Mapping[str, Any], code: str) -> dict[str, Any]:
    with _emulator(info):
        store = FirestoreStore(info["project"], "petitions")
        petition = Petition.model_validate(store.get(petition_path(code)))
        lines = store.find(Query(f"{petition_path(code)}/history", order_by=("seq",)))
        files = store.find(Query(f"{petition_path(code)}/attachments"))
        fields = petition.model_dump(mode="json")
    return fields | {
        "clocks": [{"name": name, **clock} for name, clock in fields["clocks"].items()],
        "late_steps": [str(step) for step in late_steps(petition.clocks)],
        "history": [dict(line.data) for line in lines],
        "attachments": [dict(file.data) for file in files if file.data.get("purpose", "petition") == "petition"],
    }


def stored_jobs(info: Mapping[str, Any], officer: str) -> list[dict[str, Any]]:
    """Return the jobs that an officer requested, as JSON with the addresses of their files at the desk."""
    with _emulator(info):
        store = FirestoreStore(info["project"], "petitions")
        jobs = [Job.model_validate(document.data) for document in store.find(Query("jobs", (("by", "==", officer),)))]
    found = []
    for job in jobs:
        fields = job.model_dump(mode="json")
        for number, file in enumerate(fields["files"]):
            file["address"] = f"/jobs/{job.id}/files/{number}"
        found.append(fields)
    return found


def _emulator(info: Mapping[str, Any]) -> Any:
    return mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": info["firestore_host"]})
