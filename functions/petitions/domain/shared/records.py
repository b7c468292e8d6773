"""Base classes of stored values: immutable, tolerant of unknown fields, stored without empty fields."""

from __future__ import annotations

from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - typed: mypy knows the fields of models here
else:
    import dataclasses

    def replace(record: Any, /, **changes: Any) -> Any:
        """Return a copy of the model or dataclass with these fields changed.

        The new values are not validated. Raise TypeError for an unknown field.
        """
        if not isinstance(record, BaseModel):
            return dataclasses.replace(record, **changes)
        if unknown := changes.keys() - type(record).model_fields.keys():
            raise TypeError(f"{type(record).__name__} has no field {', '.join(sorted(unknown))}")
        return record.model_copy(update=changes)


Instant = AwareDatetime
"""An aware instant, stored in UTC."""

Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]
"""A day of Hanoi's calendar, stored as `2026-11-23` because Firestore has no dates."""

SCHEMA = 1

HANOI = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The time zone of Viet Nam, which has no daylight saving time."""


class Record(BaseModel):
    """A stored value. Unknown fields, written by a newer version, are ignored.

    They stay in the document, because an update writes only the fields that it changes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    def stored(self) -> dict[str, Any]:
        """Return the fields to store. Fields with None are left out, so that queries on them skip the document."""
        return self.model_dump(mode="python", exclude_none=True, by_alias=True)


class Root(Record):
    """A value stored as a document of its own, with the version of its schema."""

    schema_version: int = SCHEMA
