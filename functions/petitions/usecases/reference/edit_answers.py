"""Editing of answer templates by administrators: adding, changing, removing, reordering, restoring an earlier list.

After the first change the list belongs to the city: loading the data shipped with the software no longer replaces it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.language.catalogue import tidy_text
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.answer_templates import differences, faults
from petitions.domain.petition.answering import AnswerTemplate, AnswerTemplates
from petitions.domain.shared.fingerprint import seen_mark, version_of
from petitions.errors import Conflict, NotFound
from petitions.ports.world import Ids
from petitions.usecases.reference.publish_reference import OTHER_VERSION, PublishReference, WrongReference

ANSWERS_KIND = "answers"


@dataclass(frozen=True)
class ListedTemplates:
    """The answer templates in force, with their version."""

    templates: list[AnswerTemplate]
    seen: str
    """The version of the list, which a form must send back to change the list."""

    def find(self, template_id: str) -> AnswerTemplate:
        """Return the template with this id. Raise NotFound."""
        found = next((template for template in self.templates if template.id == template_id), None)
        if found is None:
            raise NotFound("Không có mẫu này.", reason="template_unknown")
        return found


@dataclass(frozen=True)
class EditAnswers:
    """Edits the city's answer templates."""

    reference: PublishReference
    ids: Ids

    def listed(self) -> ListedTemplates:
        """Return the answer templates in force."""
        data = self.reference.in_force(ANSWERS_KIND)
        return ListedTemplates(AnswerTemplates.load(data).templates, version_of(data))

    def former(self, version: str) -> list[AnswerTemplate]:
        """Return the templates of an earlier version. "shipped" is the software's own list. Raise NotFound."""
        return AnswerTemplates.load(self.reference.former(ANSWERS_KIND, version)).templates

    def put(self, admin: Officer, seen: str, wanted: AnswerTemplate) -> None:
        """Change an answer template, or add it if its id is empty. Raise NotFound, or the errors of `replace`."""
        known = self._seen(seen)
        if not wanted.id:
            self.replace(admin, seen, [*known.templates, wanted])
            return
        known.find(wanted.id)
        self.replace(admin, seen, [wanted if template.id == wanted.id else template for template in known.templates])

    def remove(self, admin: Officer, seen: str, template_id: str) -> None:
        """Remove the template with this id. Raise NotFound, or the errors of `replace`."""
        known = self._seen(seen)
        gone = known.find(template_id)
        self.replace(admin, seen, [template for template in known.templates if template is not gone])

    def move(self, admin: Officer, seen: str, template_id: str, by: int) -> None:
        """Move a template down by `by` places (up if negative), at most to an end of the list.

        Raise NotFound, or the errors of `replace`.
        """
        known = self._seen(seen)
        moved = known.find(template_id)
        place = known.templates.index(moved) + by
        others = [template for template in known.templates if template is not moved]
        place = min(max(place, 0), len(others))
        self.replace(admin, seen, [*others[:place], moved, *others[place:]])

    def replace(self, admin: Officer, seen: str, templates: Sequence[AnswerTemplate]) -> None:
        """Put the list into force. Templates without an id are new.

        Raise WrongReference with all faults, or Conflict if somebody else has changed the list since `seen`.
        """
        tidy = [tidied(template, "mau", seen) for template in templates]
        current = self.reference.in_force(ANSWERS_KIND)
        data = {**current, "templates": [answer_template.model_dump() for answer_template in tidy]}
        if seen != version_of(current) and data != current:
            raise Conflict(OTHER_VERSION)
        if found := faults(tidy):
            raise WrongReference(found)
        plan = self.reference.plan_over(ANSWERS_KIND, data, seen)
        self.reference.publish(admin, self.ids.token(), ANSWERS_KIND, plan)

    def history(self) -> list[tuple[AuditEntry, list[str]]]:
        """Return the publications of the list, newest first, with the changes in Vietnamese."""
        entries = self.reference.history(ANSWERS_KIND)
        data = self.reference.formers(ANSWERS_KIND, [audit_entry.reason or "" for audit_entry in entries])
        lists = [AnswerTemplates.load(item).templates for item in [*data, self.reference.shipped(ANSWERS_KIND)]]
        return [(entry, differences(lists[at + 1], lists[at])) for at, entry in enumerate(entries)]

    def _seen(self, seen: str) -> ListedTemplates:
        known = self.listed()
        if known.seen == seen:
            return known
        shipped = self.reference.shipped(ANSWERS_KIND)
        try:
            data = shipped if seen == version_of(shipped) else self.reference.former(ANSWERS_KIND, seen)
        except NotFound as error:
            raise Conflict(OTHER_VERSION) from error
        return ListedTemplates(AnswerTemplates.load(data).templates, seen)


def tidied(given: AnswerTemplate, prefix: str, seen: str) -> AnswerTemplate:
    """Return the template with tidied texts (`tidy_text`) and with an id.

    A new template gets an id that begins with `prefix`. Adding the same template to the same list again gives the same
    id.
    """
    texts = tidy_text(given.name), tidy_text(given.text), tidy_text(given.basis)
    name, text, basis = texts
    fresh = f"{prefix}-{seen_mark(seen, *texts)[:12]}"
    return AnswerTemplate(id=given.id or fresh, name=name, text=text, basis=basis)
