"""What the JSON API answers to administrators: officers, units, texts, templates of answers, reference data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from petitions.domain.language.catalogue import preview, where_used
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.missing_roles import who_is_missing
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.officer_table import PlannedOfficer
from petitions.domain.units.directory import Directory
from petitions.usecases.officers.import_officers import OfficerImport
from petitions.usecases.reference.edit_answers import ListedTemplates
from petitions.usecases.reference.edit_texts import TextChange, TextInForce, TextPublication
from petitions.usecases.reference.edit_unit import EditTrial, UnitEditProposal, UnitInForce
from petitions.usecases.reference.first_steps import FirstStep
from petitions.usecases.reference.publish_reference import ReferenceProposal
from petitions.usecases.reference.read_unit import UnitPage
from schema.base import Answer, CopiedAnswer, Instant, OfficerAnswer
from schema.handling import TemplateAnswer


class StaffAnswer(OfficerAnswer):
    """An officer, for administrators; `left_at` is null for those who work here."""

    email: str
    position: str
    left_at: Instant | None

    @classmethod
    def of(cls, officer: Officer, directory: Directory) -> StaffAnswer:
        """Return the officer with the e-mail address."""
        known = OfficerAnswer.of(officer, directory)
        return cls(**dict(known), email=officer.email, position=officer.position, left_at=officer.left_at)


class StaffListAnswer(Answer):
    """All officers."""

    officers: list[StaffAnswer]


class PutAnswer(Answer):
    """The officer's id."""

    id: str


class FirstStepAnswer(CopiedAnswer):
    """One thing that a new installation needs; the words are Vietnamese, `path` is "" where operators do it."""

    name: str
    done: bool
    says: str
    why: str
    path: str


class FirstStepsAnswer(Answer):
    """All of them, in the order in which they are best taken."""

    steps: list[FirstStepAnswer]

    @classmethod
    def of(cls, steps: list[FirstStep]) -> FirstStepsAnswer:
        """Return the steps."""
        return cls(steps=[FirstStepAnswer.of(each) for each in steps])


class LeavingAnswer(Answer):
    """Who left, and how many open petitions were handed over."""

    id: str
    moved: int


class ImportedLine(Answer):
    """What one line of a table does: `new`, `changed` or `same`; `doubts` are in Vietnamese."""

    line: int
    does: Literal["new", "changed", "same"]
    name: str
    email: str
    unit: str
    role: str
    doubts: list[str]

    @classmethod
    def of(cls, planned: PlannedOfficer) -> ImportedLine:
        """Return the line."""
        does: Literal["new", "changed", "same"] = "changed" if planned.does else "same"
        entry = planned.entry
        return cls(
            line=planned.line, does="new" if planned.before is None else does, name=entry.name, email=entry.email,
            unit=entry.unit, role=entry.role, doubts=list(planned.doubts),
        )  # fmt: skip


class LineFaultAnswer(CopiedAnswer):
    """A fault of one line, in Vietnamese."""

    line: int
    words: str


class ImportAnswer(Answer):
    """What a table of officers would do; with any fault it does nothing. `previewed` writes exactly this."""

    faults: list[LineFaultAnswer]
    lines: list[ImportedLine]
    previewed: str
    written: bool

    @classmethod
    def of(cls, found: OfficerImport, *, written: bool) -> ImportAnswer:
        """Return what the table does."""
        return cls(
            faults=[LineFaultAnswer.of(each) for each in found.table.faults],
            lines=[ImportedLine.of(each) for each in found.table.lines],
            previewed=found.previewed,
            written=written,
        )


class ReferenceAnswer(Answer):
    """Reference data in force."""

    kind: str
    version: str
    data: dict[str, Any]


class TriedAnswer(Answer):
    """What differs, how many open petitions of each unit would move; with `previewed` the same is published."""

    lines: list[str]
    moved: dict[str, int]
    previewed: str
    published: bool

    @classmethod
    def of(cls, proposal: ReferenceProposal, moved: Mapping[str, int], *, published: bool) -> TriedAnswer:
        """Return what a new version would change."""
        return cls(lines=proposal.lines, moved=dict(moved), previewed=proposal.previewed, published=published)


class TextLine(Answer):
    """A text by kind of catalogue; `own` where the city has written it."""

    key: str
    where: str
    words: dict[str, str]
    own: bool

    @classmethod
    def of(cls, text: TextInForce) -> TextLine:
        """Return the text as it is in force."""
        return cls(key=text.key, where=where_used(text.key), words=dict(text.words), own=text.words != text.shipped)


class TextsAnswer(Answer):
    """Every text."""

    texts: list[TextLine]


class FormerText(CopiedAnswer):
    """One publication of a text in one language."""

    at: Instant
    officer: str | None
    kind: str
    words: str


class TextAnswer(TextLine):
    """A text; `seen` is what its next change has to name."""

    seen: str
    shipped: dict[str, str]
    history: list[FormerText]

    @classmethod
    def with_history(cls, text: TextInForce, history: list[TextPublication]) -> TextAnswer:
        """Return the text, as it ships, and what was published before."""
        return cls(
            **dict(TextLine.of(text)),
            seen=text.seen,
            shipped=dict(text.shipped),
            history=[FormerText.of(each) for each in history],
        )


class TriedTextAnswer(Answer):
    """How the words read, as the messages that are sent; with `previewed` the same are published."""

    messages: dict[str, list[str]]
    previewed: str
    published: bool

    @classmethod
    def of(cls, change: TextChange, *, published: bool) -> TriedTextAnswer:
        """Return how the changed words read."""
        messages = {kind: preview(words) for kind, words in change.words.items()}
        return cls(messages=messages, previewed=change.previewed, published=published)


class SkeletonsAnswer(Answer):
    """The templates of answers; `seen` is what the next change has to name."""

    templates: list[TemplateAnswer]
    seen: str

    @classmethod
    def of(cls, listed: ListedTemplates) -> SkeletonsAnswer:
        """Return the templates in force, in their order."""
        return cls(templates=[TemplateAnswer.of(each) for each in listed.templates], seen=listed.seen)


class UnitLineAnswer(Answer):
    """One unit or ward; `warnings` says who is missing there, in Vietnamese."""

    code: str
    name: str
    people: int
    heads: int
    warnings: list[str]

    @classmethod
    def of(cls, code: str, name: str, team: list[Officer]) -> UnitLineAnswer:
        """Return a line on a unit with these officers."""
        return cls(
            code=code,
            name=name,
            people=len(team),
            heads=sum(each.role is Role.HEAD for each in team),
            warnings=who_is_missing(code, team),
        )


class UnitsAnswer(Answer):
    """All units and wards."""

    units: list[UnitLineAnswer]


class UnitAnswer(Answer):
    """One unit; the last four are null where it cannot be edited. `open`: petitions by state, the first if `more`."""

    code: str
    name: str
    people: list[OfficerAnswer]
    open: dict[str, int]
    more: bool
    warnings: list[str]
    aliases: list[str] | None
    keywords: list[str] | None
    competence: str | None
    version: str | None

    @classmethod
    def of(cls, page: UnitPage, stored: UnitInForce | None, directory: Directory) -> UnitAnswer:
        """Return the unit; `stored` is what can be edited of it, None where it cannot be."""
        return cls(
            code=page.code,
            name=page.name,
            people=[OfficerAnswer.of(each.officer, directory) for each in page.people],
            open={state.value: count for state, count in page.counts.items()},
            more=page.more,
            warnings=page.warnings,
            aliases=stored.row["aliases"] if stored else None,
            keywords=stored.row["keywords"] if stored else None,
            competence=stored.row["competence"] if stored else None,
            version=stored.version if stored else None,
        )


class WayAnswer(Answer):
    """How many new petitions would go to `new` instead of `old`."""

    old: str
    new: str
    count: int


class UnitTriedAnswer(Answer):
    """What the edit changes and moves; `shared` are phrases that other units have too, with their codes."""

    lines: list[str]
    tried: int
    more: bool
    moved: list[WayAnswer]
    shared: dict[str, list[str]]
    published: bool

    @classmethod
    def of(cls, proposal: UnitEditProposal, trial: EditTrial, *, published: bool) -> UnitTriedAnswer:
        """Return what the edit would do to new petitions."""
        return cls(
            lines=proposal.edit.lines,
            tried=trial.tried,
            more=trial.more,
            moved=[WayAnswer(old=old, new=new, count=count) for (old, new), count in trial.moved.items()],
            shared=dict(trial.shared),
            published=published,
        )
