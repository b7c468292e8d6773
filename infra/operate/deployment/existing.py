"""Find planned resources that already exist at Google, left by a killed run or after a lost response.

In `existing.json`, `named` maps a type that Google refuses to create twice to its import id, a template filled with the
plan's arguments. `titled` maps a type that Google does create twice to the gcloud command that lists it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.operate.deployment.changes import Change, Changes
from infra.operate.deployment.cloud import CloudPlace, Shell

_TABLE: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("existing.json").read_text())
_THERE = re.compile(r"already ?exists|Error 409", re.IGNORECASE)
_ERROR = re.compile(r"^\W*Error: ", re.MULTILINE)


def refused(output: str, planned: Changes) -> Iterator[tuple[str, str]]:
    """Yield address and id of planned resources whose creation failed because they exist.

    `output` is the output of the failed `terraform apply`, in which Google's errors name the resources.
    """
    made = {change.address: change for change in _made(planned)}
    for error in _ERROR.split(output)[1:]:
        text = re.sub(r"[\s\u2502\u2577\u2575]+", " ", error)
        found = re.search(r" with (\S+),", text)
        if found and _THERE.search(text) and (change := made.get(found[1])):
            template = _TABLE["named"].get(change.kind)
            if template:
                yield change.address, template.format_map(change.after)


def titled(place: CloudPlace, shell: Shell, planned: Changes) -> Iterator[tuple[str, str]]:
    """Yield address and id of existing resources with the same title as a planned new resource."""
    wanted: dict[tuple[str, ...], list[Change]] = {}
    for change in _made(planned):
        command = _TABLE["titled"].get(change.kind)
        if command:
            words = tuple(word.format(**{"project": place.project} | change.after) for word in command)
            wanted.setdefault(words, []).append(change)
    for words, changes in wanted.items():
        listed = json.loads(shell.ask("gcloud", *words, "--format=json", "--quiet") or "[]")
        there = {item.get("displayName"): item["name"] for item in listed}
        yield from ((change.address, there[_title(change)]) for change in changes if _title(change) in there)


def _made(planned: Changes) -> Iterator[Change]:
    return (change for change in planned.found if change.actions == {"create"} and not change.imported)


def _title(change: Change) -> str | None:
    title: str | None = change.after.get("display_name")
    return title or json.loads(change.after.get("dashboard_json") or "{}").get("displayName")
