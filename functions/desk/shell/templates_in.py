"""Templates of answers as a form or the API gives them: the city's by administrators, a unit's own by its heads."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from petitions.domain.petition.answer_templates import LONGEST_NAME, LONGEST_TEMPLATE, MOST_TEMPLATES
from petitions.domain.petition.answering import LONGEST_FIELD, AnswerTemplate
from shell.forms import lines
from shell.json_api import Body


class PutTemplate(Body):
    """A template; `id` is empty for a new one."""

    id: str = Field(default="", max_length=40)
    name: str = Field(max_length=LONGEST_NAME)
    text: str = Field(max_length=LONGEST_TEMPLATE)
    basis: str = Field(default="", max_length=LONGEST_FIELD)


class PutTemplates(Body):
    """The whole list in its order; `seen` as it was last given."""

    templates: tuple[PutTemplate, ...] = Field(max_length=MOST_TEMPLATES, strict=False)
    seen: str = Field(max_length=100)

    def entered(self) -> list[AnswerTemplate]:
        """Return the list."""
        return [AnswerTemplate(**each.model_dump()) for each in self.templates]


def template_in(form: Mapping[str, str], template_id: str) -> AnswerTemplate:
    """Return the template of a form; `template_id` is empty for a new one."""
    return AnswerTemplate(
        id=template_id, name=form.get("name", ""), text=lines(form, "text"), basis=form.get("basis", "")
    )
