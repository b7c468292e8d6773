"""The files of a version of a scoring, i.e. its inputs and result, in the bucket where nothing can be overwritten."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.reports.frozen import frozen_object
from petitions.domain.scoring.criteria import Counted, ScoringRules
from petitions.domain.scoring.scores import SetAside, UnitScore
from petitions.domain.scoring.scoring import ScoringResult, exported, imported
from petitions.ports.files import Files
from petitions.usecases.reports.make_official_report import packed

GZIP = "application/gzip"


@dataclass(frozen=True)
class KeepScoring:
    """Writes and reads the files with the inputs and the result of a scoring."""

    frozen: Files

    def put(
        self,
        identity: str,
        rules: ScoringRules,
        label: str,
        facts: Sequence[Counted],
        aside: Sequence[SetAside],
        result: ScoringResult,
    ) -> tuple[str, str]:
        """Store inputs and result, and return the names of both files. An equal result gives equal names and bytes."""
        inputs = packed(exported(rules, label, facts, aside))
        scores = packed([json.dumps([unit.stored() for unit in result.units], ensure_ascii=False).encode()])
        names = []
        for name, content in (("du-lieu-vao.jsonl.gz", inputs), ("diem.json.gz", scores)):
            names.append(frozen_object(f"scoring-{identity}", result.hash, name))
            self.frozen.put(names[-1], content, GZIP)
        return names[0], names[1]

    def scores(self, name: str) -> list[UnitScore]:
        """Return the units' scores in the stored result of a scoring. Raise Retryable."""
        return [UnitScore.model_validate(load) for load in json.loads(self._read(name))]

    def inputs(self, name: str) -> tuple[ScoringRules, str, list[SetAside], list[Counted]]:
        """Return rules, label, excluded cases and facts from the stored inputs of a scoring. Raise Retryable."""
        rules, label, aside, facts = imported(self._read(name).splitlines())
        return rules, label, aside, list(facts)

    def _read(self, name: str) -> bytes:
        return gzip.decompress(b"".join(self.frozen.read(name)))
