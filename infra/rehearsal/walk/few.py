"""The tree with a few of each kind of thing, for rehearsals of which there are hundreds.

Terraform, the verbs and every type of resource stay; what is left out is more of the same: other consumers, indexes,
alerts.
"""

from __future__ import annotations

import json
from typing import Any

from infra.rehearsal.walk.tree import Tree

TAKES_MESSAGES = "relay"
FUNCTIONS = ("zalo_webhook", "desk", "public_site", "citizen_page", TAKES_MESSAGES)
"""Those that Terraform names, and one that takes messages and runs by schedules."""

MADE = ("ZALO_REFRESH_TOKEN", "IMAP_PASSWORD")
"""Secrets that a bootstrap gives a value, of functions that are left out."""

TOPICS = ("zalo-quarantine", "petition-events", "dead-letters")
SCHEDULES = ("relay-sweep", "watch")
ALERTS = ("webhook_errors", "forged_events", "backup_missing", "error_share", "schedule_missed")
"""One of each way of Terraform to make a condition."""

INDEXES = 2


def cut(tree: Tree) -> None:
    """Leave out of the tree what is more of the same."""
    tree.change("functions/manifest.json", _manifest)
    tree.change("infra/gcp/alerts.json", lambda text: json.dumps(_only(json.loads(text), ALERTS)))
    tree.change("infra/gcp/firestore.indexes.json", _indexes)
    known = json.loads((tree.folder / "functions" / "manifest.json").read_text())["settings"]
    tree.give(settings=_only(tree.variables["settings"], known))


def _manifest(text: str) -> str:
    told = json.loads(text)
    functions = _only(told["functions"], FUNCTIONS)
    for function in functions.values():
        function["publishes"] = [topic for topic in function["publishes"] if topic in TOPICS]
    functions[TAKES_MESSAGES]["settings"] += [name for name in told["settings"] if name in MADE]
    used = {setting for function in functions.values() for setting in function["settings"]}
    subscriptions = {
        name: item
        for name, item in told["subscriptions"].items()
        if item["topic"] in TOPICS and (item["function"] or FUNCTIONS[0]) in FUNCTIONS
    }
    cut_down = {
        "functions": functions,
        "topics": _only(told["topics"], TOPICS),
        "subscriptions": subscriptions,
        "schedules": _only(told["schedules"], SCHEDULES),
        "settings": _only(told["settings"], used),
    }
    return json.dumps(told | cut_down)


def _indexes(text: str) -> str:
    told = json.loads(text)
    overrides = {(bool(item.get("ttl")), bool(item["indexes"])): item for item in told["fieldOverrides"]}
    return json.dumps({"indexes": told["indexes"][:INDEXES], "fieldOverrides": list(overrides.values())})


def _only(told: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: item for name, item in told.items() if name in names}
