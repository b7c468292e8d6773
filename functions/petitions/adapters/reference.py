"""Reference data, such as units, calendars, deadline rules and texts: the versions in use, and those in the package.

`make load` copies the package's data to Firestore, where administrators can publish newer versions. Before that, the
package's data are in use. Routing rules, the routing model, the portal's mapping and the words of searches
(`vocabulary`) belong to the code and always come from the package.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, cached_property, partial
from importlib import resources
from typing import Any

from petitions import telemetry
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.language.catalogue import merge_texts
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import STATE_LABELS
from petitions.domain.management.attention import ManagementRules
from petitions.domain.papers.paper_forms import PaperForms
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.portal.national_units import NationalUnits, UnitCodes
from petitions.domain.reminders.housekeeping import HousekeepingRules
from petitions.domain.reports.forms import ReportForms
from petitions.domain.scoring.criteria import ScoringRules
from petitions.domain.shared.edges import lasting
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.domain.units.versions import CATALOGUES, CURRENT_PATH, ReferenceVersion, VersionsInForce, version_path
from petitions.errors import Retryable
from petitions.ports.store import Store
from petitions.ports.world import Clock

KEEP = timedelta(seconds=60)
SEEDS = {
    "directory": "directory.json",
    "calendars": "calendars.json",
    "deadline_rules": "deadline_rules.json",
    "reminder_ladder": "reminder_ladder.json",
    "housekeeping": "housekeeping.json",
    "answers": "answers.json",
    "fields": "fields.json",
    "unit_codes": "unit_codes.json",
    "paper_forms": "paper_forms.json",
    "report_forms": "report_forms.json",
    "scoring_rules": "scoring_rules.json",
    "management_rules": "management_rules.json",
    "texts": "texts.vi.json",
    "texts_en": "texts.en.json",
}
"""The kinds of reference data that `make load` writes, with their files in the package."""


def raw(name: str) -> bytes:
    """Return the bytes of the file `petitions/data/<name>`."""
    return resources.files("petitions").joinpath("data", name).read_bytes()


def parsed(name: str) -> Any:
    """Return the JSON value in the file `petitions/data/<name>`."""
    return json.loads(raw(name))


class ReferenceSet:
    """A set of reference data, one version of every kind. Every kind is parsed when first used."""

    def __init__(self, data: Callable[[str], Any]) -> None:
        """Use the data that `data` returns: the JSON value for a kind in SEEDS."""
        self._data = data

    @cached_property
    def texts(self) -> Texts:
        """The texts sent to citizens and officers, in Vietnamese and English, and the names of states.

        A missing text, or one with other placeholders than the code fills, is replaced by the text in the package.
        """
        states = {f"state_{state}": label for state, label in STATE_LABELS.items()}
        vietnamese, english = (merge_texts(parsed(SEEDS[kind]), self._data(kind)) for kind in CATALOGUES)
        return Texts({**vietnamese, **states}, {"en": english})

    @cached_property
    def directory(self) -> Directory:
        """The units, the wards, and the former wards that were merged into them."""
        return Directory.load(self._data("directory"))

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.load(self._data("calendars"))

    @cached_property
    def rules(self) -> DeadlineRules:
        """The rules for deadlines: the length of every clock, by class and level of petition."""
        return DeadlineRules.load(self._data("deadline_rules"))

    @cached_property
    def ladder(self) -> ReminderLadder:
        """The rungs of the reminder ladder, i.e. the times at which reminders of a deadline are sent."""
        return ReminderLadder.load(self._data("reminder_ladder"))

    @cached_property
    def chores(self) -> HousekeepingRules:
        """The times after which answered petitions are rated and closed, and the like."""
        return HousekeepingRules.load(self._data("housekeeping"))

    @cached_property
    def answers(self) -> AnswerTemplates:
        return AnswerTemplates.load(self._data("answers"))

    @cached_property
    def paper_forms(self) -> PaperForms:
        """The city's forms of formal papers, such as receipts and refusals."""
        return PaperForms.load(self._data("paper_forms"))

    @cached_property
    def report_forms(self) -> ReportForms:
        """The forms of official reports, and the kinds of their periods."""
        return ReportForms.load(self._data("report_forms"))

    @cached_property
    def scoring(self) -> ScoringRules:
        return ScoringRules.load(self._data("scoring_rules"))

    @cached_property
    def management(self) -> ManagementRules:
        return ManagementRules.load(self._data("management_rules"))

    @cached_property
    def fields(self) -> AdministrationFields:
        """The fields of administration, by which petitions are classified."""
        return AdministrationFields.load(self._data("fields"))

    @cached_property
    def national_units(self) -> NationalUnits:
        return NationalUnits(UnitCodes.load(self._data("unit_codes")), self.directory)

    def check(self) -> None:
        """Parse all data but the report forms, so that faults show at once. Raise ValueError, KeyError or TypeError."""
        calendar = (self.calendar, self.rules, self.ladder, self.chores)
        for part in (
            self.texts,
            self.directory,
            *calendar,
            self.answers,
            self.fields,
            self.national_units,
            self.paper_forms,
            self.scoring,
            self.management,
        ):
            del part


class ReferenceInForce:
    """The published versions of reference data. Thread-safe.

    The document `rules/current` names the versions. It is read once a minute and on each new day. A version is read
    once.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: datetime | None = None
        self._versions: dict[str, str] = {}
        self._read: dict[str, Any] = {}
        self._now = shipped()

    def __call__(self) -> ReferenceSet:
        """Return the published data. The same object is returned until a version changes.

        If new data cannot be read, the data read before stay in use. Raise Retryable if none have been read yet.
        """
        with self._lock:
            now = self._clock.now()
            if self._asked is None or now not in lasting(self._asked, KEEP) or _day(now) != _day(self._asked):
                self._refresh(now)
                self._asked = now
            return self._now

    def _refresh(self, now: datetime) -> None:
        try:
            found = self._store.get(CURRENT_PATH)
            versions = VersionsInForce.model_validate(found).in_force(_day(now)) if found else {}
            if versions != self._versions:
                read = self._data(versions)
                fresh = ReferenceSet(partial(_either, {kind: read[path] for kind, path in _paths(versions)}))
                fresh.check()
                self._now, self._versions, self._read = fresh, versions, read
        except (Retryable, ValueError, KeyError, TypeError) as error:
            # A newer form that this revision cannot read, or a database that is down: the former data stay in force.
            down = error.reason if isinstance(error, Retryable) else ""
            event = "the database is down: reference data not read" if down else "reference data cannot be read"
            reason = down or "data"
            telemetry.log("ERROR", event, metric="reference_failed", reason=reason, error=type(error).__name__)
            if self._asked is None:
                raise Retryable("no reference data yet", reason="reference") from error

    def _data(self, versions: Mapping[str, str]) -> dict[str, Any]:
        wanted = [path for _, path in _paths(versions)]
        missing = [path for path in wanted if path not in self._read]
        found = dict(zip(missing, self._store.get_all(missing), strict=True)) if missing else {}
        fresh = {path: json.loads(ReferenceVersion.model_validate(fields).data) for path, fields in found.items()}
        return {path: fresh[path] if path in fresh else self._read[path] for path in wanted}


def _day(at: datetime) -> date:
    return hanoi(at).date()


def _paths(versions: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(kind, version_path(kind, version)) for kind, version in versions.items() if kind in SEEDS]


def _either(loaded: Mapping[str, Any], kind: str) -> Any:
    return loaded[kind] if kind in loaded else parsed(SEEDS[kind])


@cache
def shipped() -> ReferenceSet:
    """Return the set of reference data that comes with the package."""
    return ReferenceSet(lambda kind: parsed(SEEDS[kind]))


def texts() -> Texts:
    """Return the package's texts, with the names of states."""
    return shipped().texts


def directory() -> Directory:
    """Return the package's directory of units and wards."""
    return shipped().directory


def calendar() -> WorkingCalendar:
    """Return the package's working calendar of the city."""
    return shipped().calendar


def rules() -> DeadlineRules:
    """Return the package's rules for deadlines."""
    return shipped().rules


def ladder() -> ReminderLadder:
    """Return the package's reminder ladder, i.e. the times at which reminders of a deadline are sent."""
    return shipped().ladder


def answers() -> AnswerTemplates:
    """Return the package's templates for answers."""
    return shipped().answers


def paper_forms() -> PaperForms:
    """Return the package's forms of formal papers."""
    return shipped().paper_forms


def fields() -> AdministrationFields:
    """Return the package's fields of administration."""
    return shipped().fields


def national_units() -> NationalUnits:
    """Return the national codes of units in the package."""
    return shipped().national_units


def chores() -> HousekeepingRules:
    """Return the package's times after which answered petitions are rated and closed."""
    return shipped().chores


def report_forms() -> ReportForms:
    """Return the package's forms of official reports."""
    return shipped().report_forms
