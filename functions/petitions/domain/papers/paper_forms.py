"""The forms of papers, as data of the city: headings, subjects, texts, recipients and the names of issuers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from petitions.domain.papers.paper import PAPER_LABELS, PaperKind
from petitions.domain.shared.reference_data import ReferenceModel, VersionName, parse

_SIGN = Annotated[str, Field(pattern=r"^[A-ZĐ0-9]{1,12}$")]
_LINE = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\n\[\]]+$")]
_PLACE = re.compile(r"\[[^\[\]\n]+\]")
_PLACE_AND_STOP = re.compile(r"(\[[^\[\]\n]+\])(\.?)")
_ENDS = (".", "!", "?", "…")

NAME, ADDRESS = "[họ tên]", "[địa chỉ]"
PERSONAL = frozenset({NAME, ADDRESS})
"""The placeholders for the filer's name and address."""
MATTER, SCENE = "[nội dung phản ánh]", "[nơi xảy ra]"
FROM_FILER = PERSONAL | {MATTER, SCENE}
"""The placeholders that stay open until the paper is issued: the filer, and the filer's words, which may name people.
"""
KNOWN = frozenset(
    {
        "[mã hồ sơ]",
        "[ngày gửi]",
        "[đơn vị]",
        "[hạn trả lời]",
        "[hạn bổ sung]",
        "[câu trả lời]",
        "[lý do]",
    }
)
"""The placeholders filled from the petition when a draft is begun. An officer must replace any other one."""


class IssuerForm(ReferenceModel):
    """The names that an office uses on its papers."""

    name: str = Field(default="", max_length=200)
    """The name on papers, or "" to use the name in the directory."""
    superior: str = Field(default="", max_length=200)
    """The name of the superior. Empty for a people's committee, which prints none."""
    on_behalf: str = Field(default="", max_length=100)
    """The line above the head's title (`TM. ỦY BAN NHÂN DÂN`), or ""."""
    head: _LINE
    """The title of the head, such as "Giám đốc"."""
    sign: str = Field(default="", pattern=r"^[A-ZĐ0-9]{0,12}$")
    """The abbreviation of the office in the paper's symbol, or "" to use its code."""


class PaperForm(ReferenceModel):
    """The form of one kind of paper."""

    kind: PaperKind
    heading: str = Field(max_length=100)
    """The name of the kind as printed on the page, or "" for a letter."""
    sign: str = Field(pattern=r"^[A-ZĐ0-9]{0,12}$")
    """The abbreviation of the kind in the paper's symbol, or "" for a letter."""
    subject: str = Field(min_length=1, max_length=300, pattern=r"^[^\n]+$")
    text: str = Field(min_length=1, max_length=8000)
    recipients: list[_LINE] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def _check(self) -> PaperForm:
        if bool(self.heading) != bool(self.sign):
            raise ValueError("văn bản có tên loại phải có chữ viết tắt của tên loại; công văn không có cả hai")
        if PERSONAL & set(_PLACE.findall(self.subject)):
            raise ValueError("trích yếu không được nêu người gửi")
        return self


class PaperForms(ReferenceModel):
    """The forms of all kinds of paper, with the names of all issuers."""

    version: VersionName
    source: str
    section: _SIGN
    """The abbreviation of the section that drafts letters, a part of their symbol."""
    city: _LINE
    """The place before the date on papers of the city's offices. A ward prints its own name."""
    department: IssuerForm
    ward: IssuerForm
    units: dict[str, IssuerForm]
    """The names of units that differ from the two usual patterns, by unit code."""
    by_order: list[_LINE] = Field(default_factory=list)
    """The titles, or their beginnings, of heads of sections. They sign by order of the head of the office (TL.)."""
    break_before: list[_LINE]
    """The words before which a long name is broken into two lines."""
    forms: list[PaperForm]

    @model_validator(mode="after")
    def _check(self) -> PaperForms:
        kinds = [form.kind for form in self.forms]
        missing = [PAPER_LABELS[kind] for kind in PaperKind if kind not in kinds]
        if missing:
            raise ValueError(f"thiếu mẫu: {', '.join(missing)}")
        if len(set(kinds)) < len(kinds):
            raise ValueError("một loại văn bản có hai mẫu")
        return self

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> PaperForms:
        """Return the catalogue read from its document. Raise ReferenceFaults with all faults."""
        return parse(cls, raw, "paper_forms")

    def form(self, kind: PaperKind) -> PaperForm:
        return next(paper_form for paper_form in self.forms if paper_form.kind is kind)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Replace the placeholders of known facts in the text.

    A fact is never read as a placeholder itself. The full stop after a placeholder is dropped if the fact ends with
    one.
    """

    def fact(place: re.Match[str]) -> str:
        found = facts.get(place[1], place[1])
        return found if found.endswith(_ENDS) else f"{found}{place[2]}"

    return _PLACE_AND_STOP.sub(fact, text)


def left_open(subject: str, text: str, forms: PaperForms, kind: PaperKind) -> list[str]:
    """Return the placeholders of the form that are still open in a draft's subject and text.

    Those for the filer's data in the text are left out, as are other brackets written by an officer.
    """
    form = forms.form(kind)
    places = set(_PLACE.findall(f"{form.subject}\n{form.text}")) | KNOWN | FROM_FILER
    found = [*_PLACE.findall(subject), *(item for item in _PLACE.findall(text) if item not in FROM_FILER)]
    return [place for place in dict.fromkeys(found) if place in places]
