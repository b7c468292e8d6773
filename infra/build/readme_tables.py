"""Generate the tables of functions/README.md from the manifest and the code. A test checks that they are up to date."""

from __future__ import annotations

import re
from inspect import getdoc
from pathlib import Path

from infra.manifest import Manifest, load
from infra.paths import FUNCTIONS
from petitions.domain.lifecycle.lifecycle import to_mermaid
from petitions.domain.understanding.commands import NAMES

README = FUNCTIONS / "README.md"
_CITATION = re.compile(r"\b[A-Z]+ \d+\.\d+")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def functions(manifest: Manifest) -> str:
    """Return a Markdown table of the functions, with callers, memory, concurrency, time limit and topics."""
    rows = [
        [
            f"`{name}`",
            function.description,
            "everyone" if function.public else "the platform",
            f"{function.memory_mib} MiB, {function.concurrency} at once, {function.timeout_seconds} s",
            ", ".join(f"`{topic}`" for topic in function.publishes),
        ]
        for name, function in manifest.functions.items()
    ]
    return _table(["function", "does", "called by", "size", "publishes"], rows)


def rights(manifest: Manifest) -> str:
    """Return a Markdown table of every function's rights, except the right to publish messages."""
    rows = []
    for name, function in manifest.functions.items():
        given = [role.split(":") for role in function.roles]
        kinds = [
            [f"`{on}`: {role.partition('.')[2]}" for role, on in given if role.startswith(kind)] for kind in _KINDS
        ]
        secrets = [f"`{setting}`" for setting in function.settings if manifest.settings[setting].secret]
        rows.append([f"`{name}`", *("<br>".join(cell) for cell in kinds), ", ".join(secrets)])
    return _table(["function", *_KINDS.values(), "reads the secrets"], rows)


_KINDS = {"datastore": "databases", "storage": "folders of attachments", "secretmanager": "vault"}


def messages(manifest: Manifest) -> str:
    """Return a Markdown table of the topics with their subscriptions."""
    rows = []
    for topic, item in manifest.topics.items():
        subscriptions = [
            f"`{name}`" + (f" → `{sub.function}`" if sub.function else f", kept {sub.retention_seconds // 3600} h")
            for name, sub in manifest.subscriptions.items()
            if sub.topic == topic
        ]
        rows.append([f"`{topic}`", item.description, "yes" if item.ordered else "no", "<br>".join(subscriptions)])
    return _table(["topic", "carries", "ordered", "subscriptions"], rows)


def schedules(manifest: Manifest) -> str:
    """Return a Markdown table of the schedules, with the cron line and the called function."""
    rows = [
        [f"`{name}`", f"`{job.cron}`", f"`{job.function}`", job.description] for name, job in manifest.schedules.items()
    ]
    return _table(["schedule", f"when ({manifest.time_zone})", "function", "does"], rows)


def settings(manifest: Manifest) -> str:
    """Return a Markdown table of the settings, with the functions that read each of them."""
    rows = []
    for name, setting in manifest.settings.items():
        users = [f"`{function}`" for function, row in manifest.functions.items() if name in row.settings]
        everyone = len(users) == len(manifest.functions)
        given = "all" if everyone else ", ".join(users)
        rows.append([f"`{name}`", setting.description, "secret" if setting.secret else "", given])
    return _table(["setting", "is", "", "given to"], rows)


def lifecycle(_: Manifest) -> str:
    """Return a diagram of a petition's states, with the role that makes each transition."""
    return f"```mermaid\n{to_mermaid()}```"


def conversation(_: Manifest) -> str:
    """Return a Markdown table of the commands recognized in a citizen's message."""
    rows = [[f"`{name}`", _CITATION.sub(r"[\g<0>]", getdoc(kind) or "")] for kind, name in NAMES.items()]
    return _table(["command", "what the citizen does"], rows)


BLOCKS = {
    "functions": functions,
    "rights": rights,
    "messages": messages,
    "schedules": schedules,
    "settings": settings,
    "lifecycle": lifecycle,
    "conversation": conversation,
}


def rewritten(text: str, manifest: Manifest) -> str:
    """Return the README with every block between two markers regenerated. Raise ValueError if a marker is missing."""
    for name, make in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        before, _, rest = text.partition(start)
        _, mark, after = rest.partition(end)
        if not mark:
            raise ValueError(f"the README has no block {name}")
        text = before + start + make(manifest) + end + after
    return text


def write(readme: Path = README) -> None:
    """Write the regenerated tables and diagrams to functions/README.md."""
    readme.write_text(rewritten(readme.read_text(), load()))
