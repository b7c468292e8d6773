"""Import existing resources into Terraform's state: databases, buckets, secrets, backup schedules and indexes.

`make destroy` leaves them in place, and gcloud creates a restored database together with its backup's indexes. Without
the import, the next deployment would try to create them again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import manifest as declared
from infra.operate.deployment.cloud import CloudPlace, Shell
from infra.paths import GCP

BUCKETS = ("archives", "attachments", "frozen", "logs")
DATABASES = ("petitions", "channel", "public", "tries")
VAULT = ("google_secret_manager_secret.tokens_vault", "zalo_tokens_vault")
FILE = "adopted.tf"
_BLOCK = 'import {{\n  to = {address}\n  id = "{identity}"\n}}\n'
KEPT_RESOURCES = (
    "google_firestore_database.data",
    "google_firestore_backup_schedule.",
    "google_storage_bucket.data",
    "google_secret_manager_secret.",
)
"""Addresses in Terraform's state of the resources that `make destroy` leaves. Delete them by hand (see the runbook)."""


def secrets() -> dict[str, str]:
    """Return the ids of Terraform's secrets by setting: `ID_KEY` -> `id-key`."""
    settings = declared.load().settings
    return {name: name.lower().replace("_", "-") for name in sorted(settings) if settings[name].secret}


@contextmanager
def adopted(place: CloudPlace, shell: Shell) -> Iterator[None]:
    """Make Terraform import resources that exist at Google but not in its state, inside this context.

    A temporary file of `import` blocks lists the resources, so a plan shows the imports before the operator agrees.
    Running `terraform import` per resource would not work, because it evaluates the whole configuration while the other
    resources are still missing.
    """
    known = frozenset((shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines())
    found = [*_data(place, shell, known), *_listed(place, shell, known), *_functions(place, shell, known)]
    if not shell.dry:
        (GCP / FILE).unlink(missing_ok=True)  # of a run that was killed
    import_too(shell, found)
    try:
        yield
    finally:
        if not shell.dry:
            (GCP / FILE).unlink(missing_ok=True)


def import_too(shell: Shell, found: Iterable[tuple[str, str]]) -> bool:
    """Add pairs of address and id to the file of imports. Return whether any address was new in the file."""
    file = GCP / FILE
    there = file.read_text() if file.exists() else ""
    new = [(address, identity) for address, identity in found if f"  to = {address}\n" not in there]
    for address, identity in new:
        print(f"adopts {address} ({identity})")
    if new and not shell.dry:
        file.write_text(there + "".join(_BLOCK.format(address=address, identity=identity) for address, identity in new))
    return bool(new)


def remove_unbuilt(place: CloudPlace, shell: Shell) -> None:
    """Delete functions whose first build failed, so that the next plan creates them. Raise DeployError.

    Such a function has never served and has no address, so a plan for its callers would be invalid. Google would refuse
    to create it without deleting it first (terraform-provider-google 15143, 15540).
    """
    known = frozenset((shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines())
    unbuilt = _listed_functions(place, shell, built=False)
    for address, service in _addresses().items():
        if service in unbuilt:
            print(f"The first build of {service} failed; it is removed and made anew.")
            shell.run(
                "gcloud", "functions", "delete", service, "--gen2", f"--region={place.region}",
                f"--project={place.project}", "--quiet",
            )  # fmt: skip
            if address in known:
                shell.run("terraform", "state", "rm", address, cwd=GCP)


def take_in_failed(place: CloudPlace, shell: Shell, output: str) -> None:
    """Make the next plan deploy the functions that failed. `output` is the output of the failed apply.

    A function whose first build failed is deleted at Google, so the next plan creates it. Terraform records a function
    that failed during a change as changed, so the next plan would leave the old code in place. Therefore the function
    is imported again as it is at Google. The plan then finds that its source differs, and builds it.
    """
    remove_unbuilt(place, shell)
    text = re.sub(r"[\s\u2502]+", " ", output)
    known = frozenset((shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines())
    failed = dict.fromkeys(re.findall(r"with (module\.function\S+\.google_cloudfunctions2_function\.this)", text))
    for address in failed:
        if address in known:
            shell.run("terraform", "state", "rm", address, cwd=GCP)
    if failed:
        import_too(shell, _functions(place, shell, known - failed.keys()))


def forget(place: CloudPlace, shell: Shell) -> None:
    """Remove from Terraform's state the resources that would block every plan. Raise DeployError.

    There are two kinds. One is a restored database, with its indexes and backup schedules, that a later restore has
    replaced. No plan may destroy it, so it stays at Google until it is deleted by hand. The other is a function whose
    first build failed, because it has no address.
    """
    known = (shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines()
    unbuilt = unbuilt_in(place, shell, known)
    there = {found[1] for item in known if (found := re.fullmatch(r'google_firestore_database\.data\["(.+)"\]', item))}
    former, all_names = there - set(databases(place)), there | set(databases(place))
    left = [item for item in known if item.startswith("google_firestore_") and _database(item, all_names) in former]
    left += unbuilt
    if left:
        shell.run("terraform", "state", "rm", *left, cwd=GCP)


def unbuilt_in(place: CloudPlace, shell: Shell, known: Iterable[str]) -> list[str]:
    """Return the addresses among `known` that belong to functions whose first build failed.

    `known` are addresses in Terraform's state.
    """
    mine = {address: service for address, service in _addresses().items() if address in set(known)}
    unbuilt = _listed_functions(place, shell, built=False) if mine else set()
    return [address for address, service in mine.items() if service in unbuilt]


def _database(address: str, names: set[str]) -> str:
    """Return the database of a resource. The key in its address is, or begins with, the database's name."""
    key = address.partition('["')[2].removesuffix('"]')
    return max((name for name in names if f"{key}-".startswith(f"{name}-")), key=len, default="")


def _data(place: CloudPlace, shell: Shell, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    project = f"projects/{place.project}"
    asked: list[tuple[str, str, list[str]]] = [
        *(
            (f'google_firestore_database.data["{name}"]', f"{project}/databases/{name}",
             ["firestore", "databases", "describe", f"--database={name}"])
            for name in databases(place)
        ),
        *(
            (f'google_storage_bucket.data["{name}"]', f"{place.project}-{name}",
             ["storage", "buckets", "describe", f"gs://{place.project}-{name}"])
            for name in BUCKETS
        ),
        *(
            (address, f"{project}/secrets/{secret}", ["secrets", "describe", secret])
            for address, secret in [
                *((f'google_secret_manager_secret.this["{name}"]', secret) for name, secret in secrets().items()),
                VAULT,
            ]
        ),
    ]  # fmt: skip
    for address, identity, question in asked:
        if address not in known and shell.ask("gcloud", *question, f"--project={place.project}", "--quiet"):
            yield address, identity


def databases(place: CloudPlace) -> list[str]:
    return sorted({*DATABASES, place.petitions_database})


def _listed(place: CloudPlace, shell: Shell, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield address and id of backup schedules and composite indexes, whose ids Google generates."""
    for name in databases(place):
        wanted = {f'google_firestore_backup_schedule.{kind}["{name}"]' for kind in ("daily", "weekly")}
        if wanted <= known:
            continue
        for item in _ask(place, shell, "backups", "schedules", "list", f"--database={name}"):
            kind = "daily" if "dailyRecurrence" in item else "weekly"
            address = f'google_firestore_backup_schedule.{kind}["{name}"]'
            if address not in known:
                yield address, item["name"]
    for name in sorted({"petitions", place.petitions_database}):
        indexes = {f'google_firestore_index.this["{key}"]' for key in index_keys(GCP / "firestore.indexes.json", name)}
        if indexes <= known:
            continue
        for item in _ask(place, shell, "indexes", "composite", "list", f"--database={name}"):
            address = f'google_firestore_index.this["{_key(name, item["name"].split("/")[-3], item["fields"])}"]'
            if address in indexes - known:
                yield address, item["name"]


def _functions(place: CloudPlace, shell: Shell, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield address and id of functions that exist at Google, were built, and are not in Terraform's state."""
    addresses = _addresses()
    if addresses.keys() <= known:
        return
    where = f"projects/{place.project}/locations/{place.region}/functions"
    there = _listed_functions(place, shell, built=True)
    for address, service in addresses.items():
        if address not in known and service in there:
            yield address, f"{where}/{service}"


def _addresses() -> dict[str, str]:
    """Return the names of all functions at Google, by their addresses in Terraform's state."""
    return {
        f'module.function["{name}"].google_cloudfunctions2_function.this': name.replace("_", "-")
        for name in declared.load().functions
    }


def _listed_functions(place: CloudPlace, shell: Shell, *, built: bool) -> set[str]:
    """Return the names of functions that were built at least once or, without `built`, whose first build failed."""
    listed = shell.ask(
        "gcloud", "functions", "list", "--v2", f"--regions={place.region}", f"--project={place.project}",
        "--format=value(name.basename(),state,serviceConfig.uri)", "--quiet",
    )  # fmt: skip
    rows = [[*line.split("\t"), "", ""][:3] for line in (listed or "").splitlines()]
    unbuilt = {name for name, state, uri in rows if state == "FAILED" and not uri}
    return {name for name, _, _ in rows} - unbuilt if built else unbuilt


def _ask(place: CloudPlace, shell: Shell, *question: str) -> list[dict[str, Any]]:
    answer = shell.ask("gcloud", "firestore", *question, f"--project={place.project}", "--format=json", "--quiet")
    found: list[dict[str, Any]] = json.loads(answer or "[]")
    return found


def index_keys(path: Path, database: str) -> list[str]:
    """Return the Terraform keys of one database's indexes, as declared by firestore.indexes.json."""
    indexes = json.loads(path.read_text())["indexes"]
    return [_key(database, index["collectionGroup"], index["fields"]) for index in indexes]


def _key(database: str, collection: str, fields: Sequence[dict[str, str]]) -> str:
    # The service appends the document's name to every index.
    listed = [field for field in fields if field["fieldPath"] != "__name__"]
    return "-".join(
        [
            database,
            collection,
            *(f"{item['fieldPath']}.{(item.get('order') or item['arrayConfig']).lower()}" for item in listed),
        ]
    )
