"""The classification of a petition, decided by a named officer. The software only proposes it (LAW 1.2, LAW 7.10)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from petitions.domain.shared.records import Instant, Record
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse

PetitionClass = Literal["pakn", "vbqppl", "complaint", "denunciation"]
CLASS_LABELS: dict[str, str] = {
    "pakn": "Phản ánh, kiến nghị",
    "vbqppl": "Kiến nghị về văn bản quy phạm pháp luật",
    "complaint": "Khiếu nại",
    "denunciation": "Tố cáo",
}
COMPLAINT_CLASSES = frozenset({"complaint", "denunciation"})
"""The classes governed by other laws (LAW 1.1), which never go to the national portal."""

NO_FIELD = "khac"
"""The code of the field "other", for petitions that fit no other field."""


class Nature(StrEnum):
    """The subject of a petition (LAW 1.2): the conduct of an office, the content of a rule, or both."""

    CONDUCT = "conduct"
    CONTENT = "content"
    BOTH = "both"


NATURE_LABELS = {
    Nature.CONDUCT: "Hành vi hành chính",
    Nature.CONTENT: "Nội dung quy định hành chính",
    Nature.BOTH: "Cả hành vi và nội dung quy định",
}


class Statement(StrEnum):
    """Whether a petition only reports something (phản ánh) or also proposes something (kiến nghị)."""

    REPORT = "report"
    PROPOSAL = "proposal"


STATEMENT_LABELS = {Statement.REPORT: "Phản ánh", Statement.PROPOSAL: "Kiến nghị"}


class Classification(Record):
    """An officer's decision on a petition. `Petition` itself stores class and level: deadlines depend on them."""

    nature: Nature
    statement: Statement
    field: str
    """The code of a field of administration."""
    by: str
    at: Instant


class GivenClassification(Record):
    """The values set by an officer in the form.

    A missing value keeps the earlier decision or, without one, the proposal.
    """

    nature: Nature | None = None
    statement: Statement | None = None
    petition_class: PetitionClass | None = None
    field: str | None = Field(default=None, max_length=40)
    accused: str | None = Field(default=None, max_length=20)
    """The unit accused of misconduct, or "" for none."""


class ProposedClassification(GivenClassification):
    """The values of the form before the officer changes any. None is missing."""

    nature: Nature
    statement: Statement
    petition_class: PetitionClass
    field: str = Field(max_length=40)
    accused: str = Field(max_length=20)


class AdministrationField(ReferenceModel):
    """A field of administration (lĩnh vực)."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    name: Annotated[str, Field(min_length=1)]
    units: tuple[str, ...] = ()
    """The codes of the units for whose petitions this field is proposed. If several fields list a unit, the first
    counts.
    """


class AdministrationFields(ReferenceModel):
    """The list of fields of administration, in the order in which forms show the fields."""

    version: VersionName
    source: str
    fields: tuple[AdministrationField, ...]

    @classmethod
    def load(cls, raw: dict[str, Any]) -> AdministrationFields:
        """Return the list of fields read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "fields")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        codes = [field.code for field in self.fields]
        if len(set(codes)) < len(codes):
            raise ValueError("two fields have the same code")
        if NO_FIELD not in codes:
            raise ValueError(f"{NO_FIELD} is missing")
        return self

    def name_of(self, code: str) -> str:
        return next((field.name for field in self.fields if field.code == code), code)

    def knows(self, code: str) -> bool:
        return any(field.code == code for field in self.fields)

    def proposed(self, units: Sequence[str]) -> str:
        """Return the code of the field to propose for a petition of one of these units, likeliest unit first.

        The first unit that has a field decides. NO_FIELD if none has one.
        """
        found = (field.code for unit in units for field in self.fields if unit in field.units)
        return next(found, NO_FIELD)
