"""A unit's own answer templates, edited by its heads. Its officers see them before the city's (`edit_answers`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answer_templates import faults
from petitions.domain.petition.answering import AnswerTemplate, UnitAnswers, unit_answers_path
from petitions.domain.shared.fingerprint import version_of
from petitions.errors import Conflict
from petitions.ports.store import Fields, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.reference.edit_answers import ListedTemplates, tidied
from petitions.usecases.reference.publish_reference import OTHER_VERSION, WrongReference
from petitions.usecases.shared.auditing import audit_change

PREFIX = "don-vi"


@dataclass(frozen=True)
class EditUnitAnswers:
    """Edits a unit's own answer templates, for its heads."""

    store: Store
    clock: Clock
    ids: Ids

    def listed(self, unit: str) -> ListedTemplates:
        """Return the unit's own templates, with their version."""
        return _listed(self.store.get(unit_answers_path(unit)))

    def put(self, officer: Officer, seen: str, wanted: AnswerTemplate) -> None:
        """Change an answer template, or add it if its id is empty. Raise NotFound, or the errors of `replace`."""
        known, put = self.listed(officer.unit), tidied(wanted, PREFIX, seen)
        if not wanted.id and all(template.id != put.id for template in known.templates):
            self.replace(officer, seen, [*known.templates, put])
            return
        known.find(put.id)
        self.replace(officer, seen, [put if template.id == put.id else template for template in known.templates])

    def remove(self, officer: Officer, seen: str, template_id: str) -> None:
        """Remove the template with this id. Do nothing if there is none. Raise the errors of `replace`."""
        known = self.listed(officer.unit)
        self.replace(officer, seen, [template for template in known.templates if template.id != template_id])

    def replace(self, officer: Officer, seen: str, templates: Sequence[AnswerTemplate]) -> None:
        """Put the list into force, unless it is in force already. Templates without an id are new.

        Raise WrongReference with all faults, or Conflict if somebody else has changed the list since `seen`.
        """
        tidy = [tidied(template, PREFIX, seen) for template in templates]
        if found := faults(tidy):
            raise WrongReference(found)

        def put_list(tx: Transaction) -> None:
            path, now = unit_answers_path(officer.unit), self.clock.now()
            before = tx.get(path)
            known = _listed(before)
            if tidy == known.templates:
                return
            if seen != known.seen:
                raise Conflict(OTHER_VERSION)
            after = UnitAnswers(templates=tidy, by=officer.id, at=now)
            if before is None:
                tx.create(path, after.stored())
            else:
                tx.update(path, after.stored())
            audit_change(tx, self.ids.token(), officer, "unit_answers", now, subject=officer.unit)

        self.store.transact(put_list)


def _listed(found: Fields | None) -> ListedTemplates:
    templates = UnitAnswers.model_validate(found).templates if found else []
    return ListedTemplates(templates, version_of({"templates": [template.model_dump() for template in templates]}))
