"""The report of a rehearsal: the duration of every step, its resources, and the refusals by Google that occurred."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from infra.rehearsal.walk.by_hand import FIRST_PETITION, listed


@dataclass
class Line:
    """The measurements of one step of the rehearsal.

    Seconds are in real, fake and processor time. `resources` is their number after the step, `requests` the number sent
    during it. `rules` counts the control plane's refusals by rule.
    """

    step: str
    real_seconds: float
    fake_seconds: float
    resources: int
    requests: int
    rules: dict[str, int]
    note: str = ""
    cpu_seconds: float = 0.0


@dataclass
class Report:
    """The lines of all steps. `ground` describes the tools that the rehearsal used."""

    ground: list[str]
    lines: list[Line] = field(default_factory=list)

    def text(self) -> str:
        rows = [f"ran on: {item}" for item in self.ground]
        rows += ["", f"{'step':44} {'real':>7} {'cpu':>6} {'fake':>8} {'there':>6} {'asked':>6}  rules met"]
        for line in self.lines:
            met = ", ".join(f"{name} {count}" for name, count in sorted(line.rules.items()))
            rows.append(
                f"{line.step[:44]:44} {line.real_seconds:6.0f}s {line.cpu_seconds:5.0f}s {line.fake_seconds:7.0f}s "
                f"{line.resources:6} {line.requests:6}  {' | '.join(filter(None, (met, line.note)))}"
            )
        real, fake = (sum(getattr(line, f"{kind}_seconds") for line in self.lines) for kind in ("real", "fake"))
        met_in_all = sum((Counter(line.rules) for line in self.lines), Counter[str]())
        rows.append(f"{len(self.lines)} steps, {real:.0f} s, {fake / 60:.0f} fake minutes, {len(met_in_all)} rules met")
        return "\n".join([*rows, *self._first_petition()])

    def _first_petition(self) -> list[str]:
        names = [line.step for line in self.lines]
        if FIRST_PETITION not in names:
            return []
        until = self.lines[: names.index(FIRST_PETITION) + 1]
        real, fake = (sum(getattr(line, f"{kind}_seconds") for line in until) for kind in ("real", "fake"))
        steps = listed()
        return [
            f"from an empty project to the first petition: {real / 60:.0f} minutes, {fake / 60:.0f} fake minutes",
            f"{len(steps)} steps by hand: {', '.join(steps)}",
        ]

    def keep(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")
