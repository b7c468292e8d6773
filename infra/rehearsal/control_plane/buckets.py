"""Cloud Storage in the fake control plane: buckets, and objects with generations and preconditions.

Terraform locks its state by a precondition: an object is created only if it does not exist.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

import google_crc32c

from infra.rehearsal.control_plane import forgotten, generic, policies, schemas
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import State, Stored, stamp

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
SOFT_DELETE_SECONDS = 7 * 24 * 3600


@dataclass
class Content:
    data: bytes
    body: dict[str, Any]


@dataclass
class Objects:
    """The stored objects by bucket and name (`live`), and unfinished uploads by id."""

    live: dict[tuple[str, str], Content] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)


def _bucket(call: Call) -> Stored:
    stored = call.state.get("storage", f"b/{call.path['bucket']}")
    if stored is None:
        raise RefusedError(404, "The specified bucket does not exist.")
    return stored


def make_bucket(call: Call) -> dict[str, Any]:
    """Answer `buckets.insert`: create a bucket. Refuse names that are invalid or taken by another customer."""
    name = call.body.get("name", "")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]", name) or "goog" in name:
        raise RefusedError(400, f"Invalid bucket name: '{name}'", rule="names")
    if name in call.state.switches.get("taken-buckets", ()):
        raise RefusedError(409, "The requested bucket name is not available.", rule="bucket-names-are-global")
    key = f"storage/b/{name}"
    if key in call.state.resources:
        raise RefusedError(409, "Your previous request to create the named bucket succeeded and you already own it.")
    now = call.state.clock.now()
    given = schemas.settable(call.method.document, {"$ref": "Bucket"}, call.body)
    body = {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}",
        "projectNumber": call.state.number,
        "timeCreated": stamp(now),
        "storageClass": "STANDARD",
        "locationType": "region",
        "softDeletePolicy": {"retentionDurationSeconds": str(SOFT_DELETE_SECONDS), "effectiveTime": stamp(now)},
        "rpo": "DEFAULT",
    } | given
    call.state.resources[key] = Stored(f"b/{name}", "storage.buckets", _marked(call, body), now, now)
    return call.state.resources[key].body


def _marked(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    number = str(call.state.number_next())
    soft = {"effectiveTime": stamp(call.state.clock.now()), "retentionDurationSeconds": "0"}
    marks = {
        "location": body.get("location", "US"),
        "metageneration": number,
        "etag": f"CA{number}=",
        "updated": stamp(call.state.clock.now()),
        "softDeletePolicy": soft | body.get("softDeletePolicy", {}),
    }
    return forgotten.as_google_returns("storage.buckets", body | marks)


def list_buckets(call: Call) -> dict[str, Any]:
    there = [stored.body for stored in call.state.of("storage.buckets")]
    return {"kind": "storage#buckets", "items": there}


def get_bucket(call: Call) -> dict[str, Any]:
    if call.path["bucket"] in call.state.switches.get("taken-buckets", ()):
        raise RefusedError(403, "caller does not have storage.buckets.get access to the Google Cloud Storage bucket.")
    return _bucket(call).body


def change_bucket(call: Call) -> dict[str, Any]:
    """Answer `buckets.patch` and `update`. Refuse to shorten a locked retention policy."""
    stored = _bucket(call)
    given = schemas.settable(call.method.document, {"$ref": "Bucket"}, call.body)
    before = stored.body.get("retentionPolicy", {}).get("retentionPeriod", 0)
    after = given.get("retentionPolicy", {}).get("retentionPeriod", before)
    if stored.body.get("retentionPolicy", {}).get("isLocked") and int(after) < int(before):
        raise RefusedError(403, "Cannot reduce retention duration of a locked retention policy.", rule="retention")
    stored.body = _marked(call, stored.body | given)
    return stored.body


def delete_bucket(call: Call) -> dict[str, Any]:
    stored = _bucket(call)
    if any(bucket == call.path["bucket"] for bucket, _ in objects(call.state).live):
        raise RefusedError(409, "The bucket you tried to delete is not empty.", rule="in-use")
    generic.forget(call.state, f"storage/{stored.name}")
    return {}


def get_policy(call: Call) -> dict[str, Any]:
    stored = _bucket(call)
    return {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{call.path['bucket']}"} | policies.read(
        call.state, f"storage/{stored.name}"
    )


def set_policy(call: Call) -> dict[str, Any]:
    stored = _bucket(call)
    given = {name: item for name, item in call.body.items() if name not in {"kind", "resourceId"}}
    policies.put(call, f"storage/{stored.name}", given)
    return get_policy(call)


def test_permissions(call: Call) -> dict[str, Any]:
    asked = call.query.get("permissions", "").split(",")
    return {"kind": "storage#testIamPermissionsResponse", "permissions": asked}


def objects(state: State) -> Objects:
    """Return the contents of all buckets. The same object is returned every time."""
    found: Objects = state.switches.setdefault("objects", Objects())
    return found


def store(
    state: State, bucket: str, name: str, data: bytes, query: dict[str, str], metadata: dict[str, Any]
) -> Content:
    """Store an object as a new generation if the preconditions in the query hold. Raises RefusedError."""
    _conditions(state, bucket, name, query)
    before, now = objects(state).live.get((bucket, name)), state.clock.now()
    frozen = (state.get("storage", f"b/{bucket}") or Stored("", "", {}, 0, 0)).body.get("retentionPolicy")
    if before and frozen:
        raise RefusedError(403, f"Object '{bucket}/{name}' is subject to bucket's retention policy.", rule="retention")
    generation = str(int(now * 1_000_000) + state.number_next())
    path = f"storage/v1/b/{bucket}/o/{name.replace('/', '%2F')}"
    body = {
        "kind": "storage#object",
        "id": f"{bucket}/{name}/{generation}",
        "selfLink": f"https://www.googleapis.com/{path}",
        "mediaLink": f"https://storage.googleapis.com/download/{path}?generation={generation}&alt=media",
        "name": name,
        "bucket": bucket,
        "generation": generation,
        "metageneration": "1",
        "contentType": "application/octet-stream",
        "storageClass": "STANDARD",
        "size": str(len(data)),
        "md5Hash": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
        "crc32c": base64.b64encode(crc32c(data).to_bytes(4, "big")).decode(),
        "etag": f"CO{generation}=",
        "timeCreated": stamp(now),
        "updated": stamp(now),
    }
    kept = {key: item for key, item in metadata.items() if key in {"contentType", "metadata", "cacheControl"} and item}
    objects(state).live[bucket, name] = Content(data, body | kept)
    return objects(state).live[bucket, name]


def _conditions(state: State, bucket: str, name: str, query: dict[str, str]) -> None:
    live = objects(state).live.get((bucket, name))
    wanted = query.get("ifGenerationMatch")
    if wanted is not None and wanted != (live.body["generation"] if live else "0"):
        state.met["generations"] += 1
        raise RefusedError(412, "At least one of the pre-conditions you specified did not hold.", rule="generations")


def crc32c(data: bytes) -> int:
    return int(google_crc32c.value(data))


def live(call: Call) -> Content:
    """Return the object that a request names. Raises RefusedError if it does not exist."""
    content = objects(call.state).live.get((call.path["bucket"], call.path["object"]))
    if content is None or call.query.get("generation", content.body["generation"]) != content.body["generation"]:
        raise RefusedError(404, f"No such object: {call.path['bucket']}/{call.path['object']}")
    return content


def get_object(call: Call) -> dict[str, Any]:
    """Answer `objects.get` with the object's metadata. The module `plane` serves the bytes."""
    return live(call).body


def list_objects(call: Call) -> dict[str, Any]:
    """Answer `objects.list`. A new object is listed at once, as in Cloud Storage."""
    _bucket(call)
    prefix, ends = call.query.get("prefix", ""), call.query.get("delimiter", "")
    items, folders = [], set()
    for (bucket, name), content in sorted(objects(call.state).live.items()):
        if bucket != call.path["bucket"] or not name.startswith(prefix):
            continue
        rest = name.removeprefix(prefix)
        if ends and ends in rest:
            folders.add(prefix + rest.split(ends)[0] + ends)
        else:
            items.append(content.body)
    return {"kind": "storage#objects", "items": items, "prefixes": sorted(folders)}


def delete_object(call: Call) -> dict[str, Any]:
    """Answer `objects.delete`: delete an object if the preconditions in the query hold. Raises RefusedError."""
    live(call)
    _conditions(call.state, call.path["bucket"], call.path["object"], call.query)
    del objects(call.state).live[call.path["bucket"], call.path["object"]]
    return {}


def parts(content_type: str, raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Split the body of a multipart upload into its metadata and its bytes."""
    boundary = (_BOUNDARY.search(content_type) or [b"", ""])[1]
    _, described, data, *_ = raw.split(b"--" + str(boundary).encode())
    metadata = json.loads(described.partition(b"\r\n\r\n")[2] or b"{}")
    return metadata, data.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


def service_account(call: Call) -> dict[str, Any]:
    """Answer `projects.serviceAccount.get`.

    The call creates Cloud Storage's own account (service agent) in the project.
    """
    email = f"service-{call.state.number}@gs-project-accounts.iam.gserviceaccount.com"
    call.state.switches.setdefault("agents", set()).add(email)
    return {"kind": "storage#serviceAccount", "email_address": email}


HANDLERS = {
    "storage.buckets.insert": make_bucket,
    "storage.buckets.get": get_bucket,
    "storage.buckets.list": list_buckets,
    "storage.buckets.patch": change_bucket,
    "storage.buckets.update": change_bucket,
    "storage.buckets.delete": delete_bucket,
    "storage.buckets.getIamPolicy": get_policy,
    "storage.buckets.setIamPolicy": set_policy,
    "storage.buckets.testIamPermissions": test_permissions,
    "storage.objects.get": get_object,
    "storage.objects.list": list_objects,
    "storage.objects.delete": delete_object,
    "storage.projects.serviceAccount.get": service_account,
}
