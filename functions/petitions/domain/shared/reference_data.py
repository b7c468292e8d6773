"""Reference data (calendars, rules, ladders): checked on load, with every fault listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

VersionName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^/]+$")]
"""How data call their version: a part of the name of a document."""
M = TypeVar("M", bound=BaseModel)


class ReferenceModel(BaseModel):
    """A part of reference data: unchangeable, and unknown fields are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReferenceFaults(ValueError):  # noqa: N818 - it carries several faults
    """Reference data is not usable; `faults` lists every one in words."""

    def __init__(self, what: str, faults: list[str]) -> None:
        super().__init__(f"{what}: " + "; ".join(faults))
        self.faults = faults


def parse(model: type[M], raw: Mapping[str, Any], what: str) -> M:
    """The checked data. Raises ReferenceFaults that names all faults, not the first one."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in found['loc'])}: {line}".removeprefix(": ")
            for found in error.errors()
            for line in found["msg"].removeprefix("Value error, ").split("\n")
        ]
        raise ReferenceFaults(what, faults) from error
