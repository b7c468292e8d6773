"""Cut the copied project down to a few examples of every type of resource, so that hundreds of trials stay affordable.

All Terraform files, all commands and all resource types stay. Only further examples of a type are left out, such as
more functions, indexes or alerts.
"""

from __future__ import annotations

import json
from typing import Any

from infra.rehearsal.walk.tree import Tree

TAKES_MESSAGES = "relay"
FUNCTIONS = ("zalo_webhook", "desk", "public_site", "citizen_page", TAKES_MESSAGES)
"""The functions named in the Terraform files, and one more that receives messages and runs on schedules."""

MADE = ("ZALO_REFRESH_TOKEN", "IMAP_PASSWORD")
"""Secrets for which the bootstrap creates a value. They belong to functions that are left out, so `relay` gets them."""

TOPICS = ("zalo-quarantine", "petition-events", "dead-letters")
SCHEDULES = ("relay-sweep", "watch")
ALERTS = ("webhook_errors", "forged_events", "backup_missing", "error_share", "schedule_missed")
"""One alert for every form of condition in the Terraform files."""

INDEXES = 2


def cut(tree: Tree) -> None:
    tree.change("functions/manifest.json", _manifest)
    tree.change("infra/gcp/alerts.json", lambda text: json.dumps(_only(json.loads(text), ALERTS)))
    tree.change("infra/gcp/firestore.indexes.json", _indexes)
    known = json.loads((tree.folder / "functions" / "manifest.json").read_text())["settings"]
    tree.give(settings=_only(tree.variables["settings"], known))


def _manifest(text: str) -> str:
    content = json.loads(text)
    functions = _only(content["functions"], FUNCTIONS)
    for function in functions.values():
        function["publishes"] = [topic for topic in function["publishes"] if topic in TOPICS]
    functions[TAKES_MESSAGES]["settings"] += [name for name in content["settings"] if name in MADE]
    used = {setting for function in functions.values() for setting in function["settings"]}
    subscriptions = {
        name: item
        for name, item in content["subscriptions"].items()
        if item["topic"] in TOPICS and (item["function"] or FUNCTIONS[0]) in FUNCTIONS
    }
    cut_down = {
        "functions": functions,
        "topics": _only(content["topics"], TOPICS),
        "subscriptions": subscriptions,
        "schedules": _only(content["schedules"], SCHEDULES),
        "settings": _only(content["settings"], used),
    }
    return json.dumps(content | cut_down)


def _indexes(text: str) -> str:
    content = json.loads(text)
    overrides = {(bool(item.get("ttl")), bool(item["indexes"])): item for item in content["fieldOverrides"]}
    return json.dumps({"indexes": content["indexes"][:INDEXES], "fieldOverrides": list(overrides.values())})


def _only(content: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: item for name, item in content.items() if name in names}
