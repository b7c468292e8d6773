"""The form of an officer's action on a petition: its fields, and the command built from them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import request

from desk.shell.forms import classification_in, id_in, level_in, lines, number_in, version_in
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.reopening_reasons import ReopeningReason
from petitions.domain.lifecycle.states import Action
from petitions.domain.petition.classification import GivenClassification
from petitions.errors import Forbidden
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import COMMANDS, command
from petitions.usecases.lifecycle.take_up import Taking


@dataclass(frozen=True)
class ActionForm:
    """An officer's submitted form for an action. It has the fields of all actions, and an action reads only its own.

    `version` is the version of the petition on the officer's screen.
    """

    code: str
    action: Action
    version: int
    text: str = ""
    unit: str | None = None
    handler: str | None = None
    level: str | None = None
    amount: int | None = None
    summary: str = ""
    why: RefusalReason | None = None
    reopen_for: ReopeningReason | None = None
    classified: GivenClassification | None = None
    sure: bool = False
    apart: bool = False

    @property
    def is_of_officers(self) -> bool:
        """Whether officers may take this action. Some actions are reserved to the national portal."""
        return self.action in COMMANDS

    def command(self) -> Command:
        """Return the command that carries out the action. Raise Forbidden for an action of the portal."""
        if not self.is_of_officers:
            raise Forbidden("Chỉ Cổng Dịch vụ công quốc gia làm được bước này.", reason="portal_only")
        return command(**vars(self))

    def taking(self) -> Taking:
        """Return the request for taking several steps at once, such as accepting and starting work."""
        own = {field.name for field in fields(Taking)}
        return Taking(**{name: value for name, value in vars(self).items() if name in own})


def sent_form(code: str, action: Action) -> ActionForm:
    """Return the form in the current request. Raise Rejected if the version is missing or a value is malformed."""
    form = request.form
    return ActionForm(
        code=code,
        action=action,
        version=version_in(form),
        text=lines(form, "text"),
        unit=form.get("unit") or None,
        handler=id_in(form, "handler") or None,
        level=level_in(form),
        amount=number_in(form, "amount"),
        summary=lines(form, "summary"),
        why=RefusalReason(form["why"]) if form.get("why") in set(RefusalReason) else None,
        reopen_for=ReopeningReason(form["reopen_for"]) if form.get("reopen_for") in set(ReopeningReason) else None,
        classified=classification_in(form),
        sure=form.get("sure") == "1",
        apart=form.get("apart") == "1",
    )
