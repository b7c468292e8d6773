"""The stub of the provider beside a control plane: its requests are Google's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.rehearsal.control_plane import schemas
from infra.rehearsal.control_plane.discovery import Discovery
from infra.rehearsal.stub import requests, schema
from tests.infra.conftest import Engine
from tests.infra.inventory import resources

pytestmark = pytest.mark.release

KEY = "projects/p/locations/asia-southeast1/keyRings/petitions/cryptoKeys/data"


class NotKnown:
    """What a plan does not know; nothing is one here, as plans in JSON leave it out."""


class Given(dict[str, Any]):
    """Arguments; what is not known yet has a name."""

    def __missing__(self, key: str) -> str:
        return "later"


def asked(planned: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The type, the method, the path and the body of each request that makes a planned resource with a body."""
    known = schema.load()
    for each in planned:
        row = requests.ROWS[each["type"]]
        if each["mode"] != "managed" or "policy" in row or "upload" in row:
            continue
        values = Given({name: value for name, value in each["values"].items() if value is not None})
        body = requests.body(each["type"], known.resources[each["type"]], values, NotKnown)
        method = row.get("make", "POST")
        path = requests.address(row.get("in") or row["at"], values)
        if method == "POST" and "in" not in row:
            path = path.rpartition("/")[0]
        if "wrap" in row:
            body = {row["wrap"]: body} | {name: values[given] for name, given in row["beside"].items()}
        yield each["type"], method, path, body


def test_what_is_made_is_asked_for_as_googles_documents_say(engine: Engine, discovery: Discovery) -> None:
    planned = list(resources(engine.plan(kms_key=KEY)))
    seen = set()
    for kind, method, path, body in asked(planned):
        service, _, rest = path.partition("/")
        found = discovery.find(service, method, rest)
        assert found, (kind, method, path)
        request = found[0].request
        assert request, (kind, found[0].id)
        assert list(schemas.faults(found[0].document, {"$ref": request}, body)) == [], kind
        seen.add(kind)
    assert len(seen) > 25
    # What a person would look for is there under Google's names.
    bodies = {kind: body for kind, _, _, body in asked(planned)}
    bucket = bodies["google_storage_bucket"]["iamConfiguration"]
    assert bucket == {"publicAccessPrevention": "enforced", "uniformBucketLevelAccess": {"enabled": True}}
    assert bodies["google_firestore_database"]["cmekConfig"] == {"kmsKeyName": KEY}
    assert (
        bodies["google_compute_url_map"].keys() >= {"defaultUrlRedirect"}
        or "hostRules" in bodies["google_compute_url_map"]
    )
    assert bodies["google_billing_budget"]["thresholdRules"][1]["thresholdPercent"] == pytest.approx(0.9)
