"""Reads templates for answers from forms. The city's and a unit's own templates have the same form."""

from __future__ import annotations

from collections.abc import Mapping

from desk.shell.forms import lines
from petitions.domain.petition.answering import AnswerTemplate


def template_in(form: Mapping[str, str], template_id: str) -> AnswerTemplate:
    """Return the answer template in a form. `template_id` is "" for a new template."""
    return AnswerTemplate(
        id=template_id, name=form.get("name", ""), text=lines(form, "text"), basis=form.get("basis", "")
    )
