"""The kind of personal data in a field, declared at the field: `phone: Annotated[str, Personal.PHONE]`.

The kind determines how the value is found in other people's texts (`petition/known_person.py`), that an erasure removes
it (`privacy/personal_data.py`), whether officers may search by it (`usecases/desk/search_petitions.py`), and that no
log contains it (`telemetry.py`, checked by a test).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

from pydantic import BaseModel


class Personal(StrEnum):
    """The kind of personal data in a field."""

    NAME = "name"
    PHONE = "phone"
    HOME = "home"
    """A postal address."""
    EMAIL = "email"
    NOBODY = "nobody"
    """A value that identifies nobody, because many people have the same."""


@cache
def personal_classes(model: type[BaseModel]) -> Mapping[str, Personal]:
    """Return the kind of every field by name. Fields without a declared kind are left out."""
    found = {
        name: [item for item in field.metadata if isinstance(item, Personal)]
        for name, field in model.model_fields.items()
    }
    return {name: classes[0] for name, classes in found.items() if classes}


def personal_values(record: BaseModel) -> Iterator[tuple[Personal, str]]:
    """Yield the values that identify a person, with their kinds. Empty values are skipped."""
    for name, kind in personal_classes(type(record)).items():
        if kind is not Personal.NOBODY and (value := getattr(record, name)):
            yield kind, value


def fields_of(model: type[BaseModel], kind: Personal) -> list[str]:
    """Return the names of the model's fields of this kind."""
    return [name for name, found in personal_classes(model).items() if found is kind]
