"""Fills every text field of a record with a unique word, called a mark, to test that an erasure finds all."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from petitions.domain.petition.petition import Contact
from petitions.domain.privacy.personal_data import DELETED_RECORDS, ErasureTreatment, treatments_of
from petitions.domain.shared.personal import Personal, personal_classes

R = TypeVar("R", bound=BaseModel)
VALUES: Mapping[Personal, tuple[str, ...]] = {
    Personal.NAME: ("Vết Dấu Tên", "Ngô Dấu Khuất"),
    Personal.PHONE: ("0912345678", "0987654321"),
    Personal.HOME: ("Số 9 Ngõ Vết Dấu", "Số 8 ngách 7 Khuất Dấu"),
    Personal.EMAIL: ("vet.dau@example.vn", "khuat.dau@example.vn"),
}
"""Sample values for every class of personal data, as many as a contact has fields of the class."""


def _who() -> dict[str, str]:
    fields = personal_classes(Contact)
    left = {kind: iter(values) for kind, values in VALUES.items()}
    return {name: next(left[kind]) for name, kind in fields.items() if kind is not Personal.NOBODY}


WHO = _who()
"""The citizen's contact data. They are also repeated in all texts about the petition."""

SPELLED = (
    *(*WHO.values(), "vet dau ten", "VẾT DẤU TÊN", "0912 345 678", "84912345678"),
    *("chị Tên", "ANH TÊN", "ba ten", "ông Dấu Tên", "Vết Tên", "nhà số 9", "so 9", "ngo vet dau"),
    *("nhà tôi ở 9", "9, ngo Vết", "nha 9 ngõ vết dấu"),
)
"""Spellings of the person's data in other people's texts, in full and in part."""


def parts_of(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        return [part for arg in get_args(annotation) for part in parts_of(arg)]
    if origin in {list, dict}:
        return parts_of(get_args(annotation)[-1])
    if hasattr(annotation, "__metadata__"):
        return parts_of(annotation.__origin__)
    return [] if annotation is type(None) else [annotation]


MASKED = (ErasureTreatment.FILE, ErasureTreatment.WORDS)


@dataclass
class Planter:
    """A factory of records with marks. `marks` lists (place, mark, treatment by an erasure)."""

    at: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    marks: list[tuple[str, str, ErasureTreatment]] = field(default_factory=list)

    def gone(self) -> list[str]:
        return [mark for _, mark, part in self.marks if part is ErasureTreatment.WHO]

    def kept(self) -> list[str]:
        """Return the marks in the content of petitions, which the law requires to be kept."""
        return [mark for _, mark, part in self.marks if part is ErasureTreatment.FILE]

    def permanent(self) -> list[str]:
        """Return the marks in texts by officers, which an erasure does not change.

        Saved filters are left out, because an erasure deletes those that contain the person.
        """
        words = ((place, mark) for place, mark, part in self.marks if part is ErasureTreatment.WORDS)
        return [mark for place, mark in words if not place.startswith("SavedFilter.")]

    def __call__(self, model: type[R], within: ErasureTreatment | None = None, **given: Any) -> R:
        """Return a record of the model with a mark in every text field that is not given."""
        within = ErasureTreatment.WHO if model in DELETED_RECORDS else within
        values: dict[str, Any] = {}
        for name, spec in model.model_fields.items():
            part = within if within is ErasureTreatment.WHO else treatments_of(model).get(name, ErasureTreatment.OURS)
            value = given[name] if name in given else self._value(spec.annotation, f"{model.__name__}.{name}", part)
            if value is not None:
                values[name] = value
        return model.model_validate(values)

    def _value(self, annotation: Any, place: str, part: ErasureTreatment) -> Any:
        origin, inner = get_origin(annotation), get_args(annotation)
        if hasattr(annotation, "__metadata__"):
            return self._value(annotation.__origin__, place, part)
        if origin in {Union, types.UnionType}:
            return self._value(next(item for item in inner if item is not type(None)), place, part)
        if origin in {list, dict}:
            value = self._value(inner[-1], place, part)
            return None if value is None else [value] if origin is list else {"mot": value}
        if annotation in {str, Any}:
            return self._mark(place, part)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self(annotation, part)
        return self._plain(annotation)

    def _mark(self, place: str, part: ErasureTreatment) -> str:
        mark = f"vết{len(self.marks)}dấu"
        self.marks.append((place, mark, part))
        return f"{mark}: {'; '.join(SPELLED)}." if part in MASKED else mark

    def _plain(self, kind: Any) -> Any:
        if get_origin(kind) is Literal:
            return get_args(kind)[0]
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind))
        return {datetime: self.at, AwareDatetime: self.at, date: self.at.date(), int: 1, float: 21.03, bool: False}.get(
            kind
        )
