"""The class of a field that identifies a person. Everything else about the field follows from its class.

The class stands at the field: `phone: Annotated[str, Personal.PHONE]`. From it follow how the value is looked for in
other people's words (`petition/known_person.py`), that an erasure removes it (`privacy/personal_data.py`), whether
officers may search by it (`usecases/desk/search_petitions.py`) and that no log has it (`telemetry.py`, by a test).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

from pydantic import BaseModel


class Personal(StrEnum):
    """The kind of personal information in a field."""

    NAME = "name"
    PHONE = "phone"
    HOME = "home"
    """A postal address."""
    EMAIL = "email"
    NOBODY = "nobody"
    """Nothing: a choice that many make alike."""


@cache
def personal_classes(model: type[BaseModel]) -> Mapping[str, Personal]:
    """Return the classes of the model's fields by name, without the fields that have none."""
    found = {
        name: [item for item in field.metadata if isinstance(item, Personal)]
        for name, field in model.model_fields.items()
    }
    return {name: classes[0] for name, classes in found.items() if classes}


def personal_values(record: BaseModel) -> Iterator[tuple[Personal, str]]:
    """Yield the values by which the person is known, with their classes. Empty fields are skipped."""
    for name, kind in personal_classes(type(record)).items():
        if kind is not Personal.NOBODY and (value := getattr(record, name)):
            yield kind, value


def fields_of(model: type[BaseModel], kind: Personal) -> list[str]:
    """Return the names of the model's fields of this class."""
    return [name for name, found in personal_classes(model).items() if found is kind]
