"""Templates of answers as a form gives them: the city's by administrators, a unit's own by its heads."""

from __future__ import annotations

from collections.abc import Mapping

from desk.shell.forms import lines
from petitions.domain.petition.answering import AnswerTemplate


def template_in(form: Mapping[str, str], template_id: str) -> AnswerTemplate:
    """Return the template of a form; `template_id` is empty for a new one."""
    return AnswerTemplate(
        id=template_id, name=form.get("name", ""), text=lines(form, "text"), basis=form.get("basis", "")
    )
