"""What a person does by hand before the first petition: the numbered list of the runbook, and who does it in a walk."""

from __future__ import annotations

import re

from infra.paths import ROOT

LIST = "### From an empty project to the first petition"
FIRST_PETITION = "first petition, end to end"
"""The step of the walk that ends it."""

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
"""Each step of the list, and the step of the walk that does it, or what it must find done."""

_NUMBERED = re.compile(r"^\d+\. (?:\*\*|`)(.+?)\.?(?:\*\*|`)", re.MULTILINE)


def listed() -> list[str]:
    """Return the titles of the runbook's list."""
    text = (ROOT / "infra" / "README.md").read_text()
    return _NUMBERED.findall(text.partition(LIST)[2].partition("\n### ")[0])
