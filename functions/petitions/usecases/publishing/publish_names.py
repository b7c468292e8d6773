"""Publication of names (units, fields, wards), time limits and frozen reports in the public database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from petitions.domain.clock.deadline_rules import DeadlineRules
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames, public_terms
from petitions.domain.reports.frozen import public_report_path
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.publishing.public_documents import write_public

MOST_REPORTS = 300
"""The most reports that are published: about as many as ten years have."""


@dataclass(frozen=True)
class PublishNames:
    """Publishes the names of units, fields and wards, and the time limits in force."""

    public: Store
    clock: Clock
    directory: Directory
    fields: AdministrationFields
    rules: DeadlineRules

    def __call__(self) -> None:
        """Write the names and time limits, if they have changed. Raise Retryable."""
        names = replace(self._unchanging, terms=public_terms(self.rules, self.clock.now()))
        write_public(self.public, {FIGURE_NAMES_PATH: names.stored()})

    @cached_property
    def _unchanging(self) -> FigureNames:
        units = [unit.code for unit in self.directory.units if unit.kind != "special"]
        codes = [*units, *(ward.code for ward in self.directory.wards)]
        return FigureNames(
            units={code: self.directory.name_of(code) for code in codes},
            fields={field.code: field.name for field in self.fields.fields},
            wards={item.code: item.name for item in self.directory.wards},
        )


@dataclass(frozen=True)
class PublishReports:
    """Publishes the city's numbers from frozen reports that are public."""

    petitions: Store
    public: Store

    def __call__(self) -> None:
        """Write the public parts of the reports, and remove those of withdrawn reports. Raise Retryable."""
        found = self.petitions.find(Query("frozen_reports", order_by=("-until",), limit=MOST_REPORTS))
        wanted = {public_report_path(document.id): document.data.get("public") for document in found}
        there = [public_report_path(document.id) for document in self.public.find(Query("reports"))]
        write_public(self.public, dict.fromkeys(there) | wanted)
