"""What the JSON API answers to somebody who handles petitions: actions, notes, answers being written, receipts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.answering import AnswerTemplate
from petitions.domain.petition.petition import Petition, ReplyBy
from petitions.domain.petition.stored_answer import AnswerDraft
from petitions.usecases.desk.do_many import ManyResult
from petitions.usecases.petition.manage_handlers import HandlerResult
from schema.base import Answer, CopiedAnswer
from schema.petition import AdditionAnswer


class DoneAnswer(CopiedAnswer):
    """The petition after an action."""

    code: str
    state: State
    unit: str
    version: int


class NotedAnswer(CopiedAnswer):
    """The petition's version after a note."""

    code: str
    version: int


class ContactAnswer(Answer):
    """Who filed the petition, how they are reached (`email` is left out where there is none), and their own words."""

    name: str
    phone: str
    address: str
    email: str | None = Field(default=None, exclude_if=lambda email: email is None)
    type: Literal["individual", "business"]
    reply_by: ReplyBy | None = Field(default=None, exclude_if=lambda wish: wish is None)
    """How they wish to be answered beside the channel itself; left out where they did not say."""
    content: str
    additions: list[AdditionAnswer]

    @classmethod
    def of(cls, petition: Petition) -> ContactAnswer:
        """Return the filer of the petition."""
        words = [AdditionAnswer.of(each) for each in petition.additions]
        return cls(**petition.contact.model_dump(), content=petition.content, additions=words)


class TemplateAnswer(CopiedAnswer):
    """A template of an answer: `[...]` stands for what the officer has to say."""

    id: str
    name: str
    text: str
    basis: str


class DraftAnswer(Answer):
    """An answer being written; `seen` is what its next save has to name."""

    text: str
    basis: str
    no_evidence: str
    attachments: list[str]
    seen: str

    @classmethod
    def of(cls, draft: AnswerDraft | None, seen: str) -> DraftAnswer:
        """Return the draft; an empty one where nobody has begun."""
        return cls(
            text=draft.text if draft else "",
            basis=draft.basis if draft else "",
            no_evidence=draft.no_evidence if draft else "",
            attachments=draft.attachments if draft else [],
            seen=seen,
        )


class EditorAnswer(DraftAnswer):
    """The same, with the templates."""

    templates: list[TemplateAnswer]

    @classmethod
    def with_templates(cls, draft: DraftAnswer, templates: list[AnswerTemplate]) -> EditorAnswer:
        """Return the draft with the templates to begin with."""
        return cls(**dict(draft), templates=[TemplateAnswer.of(each) for each in templates])


class ReceiptAnswer(CopiedAnswer):
    """The receipt of a petition that an officer entered, and its answer once there is one.

    `link` opens the filer's own page; it is there for the officer who entered it.
    """

    code: str
    text: str
    answer: str | None
    link: str


class SentAnswer(Answer):
    """The e-mail to which a receipt is on its way."""

    to: str


class ResultAnswer(CopiedAnswer):
    """What became of one petition of many; `words` say why it could not be done."""

    code: str
    done: bool
    words: str


class ResultsAnswer(Answer):
    """What became of many petitions."""

    results: list[ResultAnswer]

    @classmethod
    def of(cls, results: list[HandlerResult]) -> ResultsAnswer:
        """Return a line a petition."""
        return cls(results=[ResultAnswer.of(each) for each in results])


class OneOfManyAnswer(CopiedAnswer):
    """What became of one petition of many; `words` say what changed, or why nothing did. `version` is that before."""

    code: str
    title: str
    done: bool
    words: str
    version: int


class ManyAnswer(Answer):
    """What became of many petitions or, of a preview, what would."""

    preview: bool
    results: list[OneOfManyAnswer]

    @classmethod
    def of(cls, results: list[ManyResult], *, preview: bool) -> ManyAnswer:
        """Return a line a petition."""
        return cls(preview=preview, results=[OneOfManyAnswer.of(each) for each in results])


class StandInAnswer(Answer):
    """Who stands in for whom; nobody where `deputy` is null."""

    who: str
    deputy: str | None
