"""Reading of answer templates from forms. The city's and a unit's templates share one form."""

from __future__ import annotations

from collections.abc import Mapping

from desk.shell.forms import lines
from petitions.domain.petition.answering import AnswerTemplate


def template_in(form: Mapping[str, str], template_id: str) -> AnswerTemplate:
    """Return the template in a form. `template_id` is empty for a new one."""
    return AnswerTemplate(
        id=template_id, name=form.get("name", ""), text=lines(form, "text"), basis=form.get("basis", "")
    )
