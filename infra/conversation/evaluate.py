"""Evaluation of the reading of messages: `python -m infra.conversation.evaluate [FILE]`, by default the held-out set.

An act is right where the label has it as its act or among `also`. A question back is wrong where the label is not
`unclear`, and never harmful. A choice is harmful where the act, or a value that the label has not, is in `harm`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.conversation.corpus import HELD_OUT, Utterance, read
from petitions.domain.language.words import fold, is_marked, words
from petitions.domain.understanding.acts import DialogAct
from petitions.domain.understanding.message_reader import MessageReader, Said
from petitions.wiring import understanding

VALUES = ("name", "phone", "place", "ward", "home", "email", "level", "topic", "field", "org")
_ENDS = " .,;:!-\"'"
_COVERED = 0.6


@dataclass(frozen=True)
class Judged:
    """One utterance with its reading."""

    item: Utterance
    act: DialogAct
    asks: bool
    values: Mapping[str, Any]

    @property
    def right(self) -> bool:
        """Whether the act is acceptable, or asking back is."""
        return self.item.allows(DialogAct.UNCLEAR) if self.asks else self.item.allows(self.act)

    @property
    def harmful(self) -> bool:
        """Whether the choice would hurt."""
        if self.asks:
            return False
        taken = {self.act.value}
        if self.act is DialogAct.RATE:
            taken = {f"rate:{self.values.get('level')}"} | (taken if not self.item.allows(self.act) else set())
        taken |= {f"value:{name}" for name in self.values if name not in self.item.values}
        return not taken.isdisjoint(self.item.harm)


def values_of(said: Said, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a reading as the labels have them; `names` gives the name of a ward by its code."""
    values = said.values
    found = {
        "name": values.name,
        "phone": values.phone,
        "place": values.place,
        "ward": names.get(values.ward or ""),
        "home": values.home,
        "email": values.email,
        "org": values.org,
        "level": said.level,
        "topic": said.topic,
        "field": said.field,
    }
    return {name: value for name, value in found.items() if value is not None}


def judge(items: Iterable[Utterance], reader: MessageReader) -> list[Judged]:
    """Return the utterances with their readings."""
    names = understanding.ward_names()
    found = []
    for item in items:
        said = reader.read(item.text, item.situation)
        found.append(Judged(item, said.act, said.asks, values_of(said, names)))
    return found


def agree(name: str, found: Any, wanted: Any) -> bool:
    """Return whether a value is the labelled one; of an address most of it is enough."""
    one, other = (fold(str(value)).strip(_ENDS) for value in (found, wanted))
    if name in {"place", "home"}:
        short, long = sorted((one, other), key=len)
        return short in long and len(short) >= _COVERED * len(long)
    return one == other


def shares(judged: Iterable[Judged]) -> tuple[int, float, float, float]:
    """Return the number of utterances, and the shares that are right, harmful, and asked back."""
    listed = list(judged)
    count = max(1, len(listed))
    return (
        len(listed),
        sum(each.right for each in listed) / count,
        sum(each.harmful for each in listed) / count,
        sum(each.asks for each in listed) / count,
    )


def of_value(name: str, judged: Iterable[Judged]) -> tuple[int, float, float]:
    """Return the number of labels with this value, and its precision and recall."""
    listed = list(judged)
    found = [each for each in listed if name in each.values]
    wanted = [each for each in listed if name in each.item.values]
    right = sum(name in each.item.values and agree(name, each.values[name], each.item.values[name]) for each in found)
    return len(wanted), right / max(1, len(found)), right / max(1, len(wanted))


def report(judged: list[Judged]) -> str:
    """Return the report: the whole, texts without marks, English, situations, acts, values."""
    bare = [each for each in judged if not is_marked(words(each.item.text)) and each.item.text.isascii()]
    parts = {"all": judged, "without marks": bare}
    parts |= {each.item.situation.value: [] for each in judged}
    for each in judged:
        parts[each.item.situation.value].append(each)
    lines = []
    for name, some in parts.items():
        count, right, harmful, asks = shares(some)
        lines.append(f"{name:<16}{count:>5}  right {right:.3f}  harmful {harmful:.4f}  asks {asks:.3f}")
    counts = Counter(each.item.act for each in judged)
    for act, count in counts.most_common():
        some = [each for each in judged if each.item.act is act]
        lines.append(f"  {act.value:<14}{count:>5}  right {shares(some)[1]:.3f}")
    for name in VALUES:
        count, precision, recall = of_value(name, judged)
        lines.append(f"  value {name:<8}{count:>5}  precision {precision:.3f}  recall {recall:.3f}")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Print the report for a file."""
    arguments = sys.argv[1:] if argv is None else argv
    sys.stdout.write(
        report(judge(read(Path(arguments[0]) if arguments else HELD_OUT), understanding.message_reader())) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
