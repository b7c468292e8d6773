"""The operator's manual steps before the first petition, as the runbook lists them, and steps that rehearse them."""

from __future__ import annotations

import re

from infra.paths import ROOT

LIST = "### From an empty project to the first petition"
FIRST_PETITION = "first petition, end to end"
"""The name of the rehearsal's step that files the first petition, with which the runbook's list ends."""

WALKED = {
    "Project": "preflight of an empty project",
    "Variables": "preflight of an empty project",
    "make bootstrap ENV=dev": "bootstrap",
    "Secrets": "values of secrets",
    "make deploy ENV=dev": "deploy, smoke",
    "DNS": "deploy, smoke",
    "Zalo's console": "Zalo's console",
    "Officers and the consent": "first officers",
}
"""Titles in the runbook's list, each with the step of the rehearsal that does the same or depends on it."""

_NUMBERED = re.compile(r"^\d+\. (?:\*\*|`)(.+?)\.?(?:\*\*|`)", re.MULTILINE)


def listed() -> list[str]:
    text = (ROOT / "infra" / "README.md").read_text()
    return _NUMBERED.findall(text.partition(LIST)[2].partition("\n### ")[0])
