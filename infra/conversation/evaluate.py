"""Evaluate how messages are understood: `python -m infra.conversation.evaluate [FILE ...]`.

By default the texts of held-out authors are used, which are never used for training. Three shares matter:

* Right: the message's main command is the labelled one, or for a label of the older form, one of `also`.
* Asking: the conversation would ask the citizen for the meaning. That is wrong unless the label is `unclear`, but never
  harmful.
* Harmful: a command listed in the label's `harm` was found, or a value listed there that the label lacks.

"Found" and "invented" count the commands of messages with several labelled commands.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.conversation.corpus import HELD_OUT, OLD_ACTS, Message, read
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import NAMES
from petitions.domain.understanding.reading import Reader, Reading
from petitions.domain.understanding.text import Text
from petitions.wiring import understanding

MAINS = (
    "danger", "erase", "withdraw_consent", "withdraw", "person", "contest", "cancel", "correct", "remove", "give",
    "choose", "tell", "add", "ask", "status", "finish", "skip", "affirm", "deny", "rate", "feedback", "talk", "unclear",
)  # fmt: skip
"""All commands by priority. The one that comes first here is the main command of a message."""
VALUES = ("name", "phone", "place", "home", "email", "org")
_COVERED = 0.6
_ALIKE = ({"talk", "unclear"}, {"affirm", "choose"}, {"deny", "choose"}, {"tell", "add"}, {"give", "correct"})
"""Pairs of commands between which the older form does not distinguish."""


@dataclass(frozen=True)
class Judged:
    """A labelled message with its reading, the commands and values that were found in it."""

    item: Message
    reading: Reading

    @property
    def names(self) -> list[str]:
        """The names of the commands found.

        Values given in the same clause as another command do not count as a command.
        """
        found = [NAMES[type(command)] for command in self.reading.commands]
        carriers = {command.start for command in self.reading.commands if not isinstance(command, c.Give)}
        own = [
            name
            for name, command in zip(found, self.reading.commands, strict=True)
            if not isinstance(command, c.Give) or command.start not in carriers
        ]
        clear = [name for name in own if name != "unclear"]  # the bot does not ask if another command is clear
        return list(dict.fromkeys(clear or own))

    @property
    def wanted(self) -> list[str]:
        return self.item.commands

    @property
    def main(self) -> str:
        return main_of(self.names)

    @property
    def asks(self) -> bool:
        return self.main == "unclear"

    @property
    def right(self) -> bool:
        wanted = main_of(self.wanted)
        if self.main == wanted or {self.main, wanted} == {"talk", "unclear"}:
            return True
        if not self.item.act:
            return False
        also = {OLD_ACTS.get(act, act) for act in self.item.act["also"]} | {wanted}
        return any(self.main == good or {self.main, good} in _ALIKE for good in also)

    @property
    def harmful(self) -> bool:
        if self.asks:
            return False
        hurting = {OLD_ACTS.get(name, name) for name in self.item.harm} - set(self.wanted)
        labelled = {value.name for value in self.item.values} | set(self.item.act.get("values", {}))
        given = {give.field for give in self.reading.of(c.Give)} - labelled
        values = {f"give:{field}" for field in given} | {f"value:{field}" for field in given}
        return not hurting.isdisjoint({*self.names, *values})


def main_of(names: Sequence[str]) -> str:
    """Return the command with the highest priority, or "unclear" if there is none."""
    return min(names, key=MAINS.index, default="unclear")


def judge(items: Iterable[Message], reader: Reader) -> list[Judged]:
    """Read every message with the reader, and return the labelled messages with their readings."""
    return [Judged(item, reader.read(Text.of(item.text), item.situation)) for item in items]


@dataclass(frozen=True)
class Shares:
    count: int
    right: float
    harmful: float
    asks: float
    found: float
    """The share of labelled commands that were found, in messages with several."""
    invented: float


def shares(judged: Iterable[Judged]) -> Shares:
    """Return the shares of right, harmful and other readings, each from 0 to 1."""
    listed = list(judged)
    count = max(1, len(listed))
    several = [one for one in listed if len(one.wanted) > 1]
    wanted = sum(len(one.wanted) for one in several)
    hit = sum(len(set(one.wanted) & set(one.names)) for one in several)
    read_ = sum(len(one.names) for one in several)
    return Shares(
        len(listed),
        sum(one.right for one in listed) / count,
        sum(one.harmful for one in listed) / count,
        sum(one.asks and "unclear" not in one.wanted for one in listed) / count,
        hit / max(1, wanted),
        (read_ - hit) / max(1, read_),
    )


def agree(name: str, found: str, wanted: str) -> bool:
    """Return whether a found value matches its label. For an address, most of the words must match."""
    one, other = (" ".join(Text.of(value).folded.split()) for value in (found, wanted))
    if name == "phone":
        one, other = ("".join(filter(str.isdigit, value)).removeprefix("84").lstrip("0") for value in (found, wanted))
    if name in {"place", "home"}:
        short, long = sorted((one, other), key=len)
        return short in long and len(short) >= _COVERED * len(long)
    return one == other


def of_value(name: str, judged: Iterable[Judged]) -> tuple[int, float, float]:
    """Return the number of labels, the precision and the recall for one kind of value."""
    wanted, found, hits = 0, 0, 0
    for one in judged:
        item = one.item
        labels = [item.text[value.start : value.end] for value in item.values if value.name == name]
        labels += [str(item.act["values"][name])] if name in item.act.get("values", {}) else []
        given = [value for command in one.reading.commands if (value := _given(command, name))]
        wanted, found = wanted + len(labels), found + len(given)
        hits += sum(any(agree(name, value, label) for label in labels) for value in given)
    return wanted, hits / max(1, found), min(hits, wanted) / max(1, wanted)


def _given(command: c.Command, name: str) -> str | None:
    return command.value if isinstance(command, c.Give | c.Correct) and command.field == name else None


def report(judged: list[Judged]) -> str:
    """Return the results as text: for all messages, and by accents, author, situation, command and value."""
    bare = [one for one in judged if one.item.text.isascii()]
    parts = {"all": judged, "without marks": bare, "several commands": [o for o in judged if len(o.wanted) > 1]}
    for one in judged:
        parts.setdefault(f"author {one.item.author}", []).append(one)
    for one in judged:
        parts.setdefault(one.item.situation.value, []).append(one)
    lines = []
    for name, some in parts.items():
        all_ = shares(some)
        lines.append(
            f"{name:<18}{all_.count:>5}  right {all_.right:.3f}  harmful {all_.harmful:.4f}  asks {all_.asks:.3f}"
            f"  found {all_.found:.3f}  invented {all_.invented:.3f}"
        )
    counts = Counter(main_of(one.wanted) for one in judged)
    for command, count in counts.most_common():
        some = [one for one in judged if main_of(one.wanted) == command]
        lines.append(f"  {command:<16}{count:>5}  right {shares(some).right:.3f}")
    for name in VALUES:
        for title, some in (("", judged), (" bare", bare)):
            count, precision, recall = of_value(name, some)
            lines.append(f"  value {name + title:<11}{count:>5}  precision {precision:.3f}  recall {recall:.3f}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    paths = [Path(argument) for argument in (sys.argv[1:] if argv is None else argv)] or list(HELD_OUT)
    items = [item for path in paths for item in read(path)]
    sys.stdout.write(report(judge(items, understanding.reader())) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
