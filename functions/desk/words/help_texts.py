"""The help of each page (`help.json`): what it is for, in a few sentences, and the parts of the page they speak of.

The browser tests make a picture of each (`assets/help`), with the number of a sentence at what it marks; so a mark that
is not on its page any more fails there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HelpPoint:
    """A sentence or two."""

    words: str
    mark: str = ""
    """The CSS selector of what they are about, if they are about a part of the page."""


@dataclass(frozen=True)
class HelpTopic:
    """The help of one page."""

    title: str
    template: str
    points: tuple[HelpPoint, ...]
    picture: str
    """The name of its picture."""


def _topics() -> dict[str, HelpTopic]:
    told = json.loads(Path(__file__).with_name("help.json").read_text(encoding="utf-8"))
    return {
        rule: HelpTopic(
            item["title"],
            f"{item['template']}.html",
            tuple(HelpPoint(point["words"], point.get("mark", "")) for point in item["points"]),
            item["template"],
        )
        for rule, item in told.items()
    }


TOPICS = _topics()
"""By the rule of the page's address, in the order of the guide."""


def topic_of(rule: str) -> HelpTopic | None:
    """Return the help of the page at this rule; that of the page above it where it has none, as a refused form."""
    while rule and rule not in TOPICS:
        rule = rule.rpartition("/")[0]
    return TOPICS.get(rule)
