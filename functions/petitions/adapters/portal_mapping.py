"""The portal's names as configuration: services, fields, codes of states, kinds and ratings (`data/portal.json`).

The real names of the PAKN services are not public: when they are, the file changes and no code does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from petitions.domain.lifecycle import State
from petitions.domain.reference_data import ReferenceModel

ServiceName = Literal["submit", "status", "answer", "rating", "look_up", "changes"]
Word = Annotated[str, Field(min_length=1)]

FIELDS: Final[dict[ServiceName, frozenset[str]]] = {
    "submit": frozenset(
        "key code title content name address phone email unit unit_name ward kind at".split()  # noqa: SIM905
    ),
    "status": frozenset({"key", "code", "state", "unit", "unit_name", "at"}),
    "answer": frozenset({"key", "code", "text", "author", "unit_name", "at"}),
    "rating": frozenset({"key", "code", "level", "reason", "at"}),
    "look_up": frozenset({"key"}),
    "changes": frozenset({"since"}),
}
"""What each service is told, in our words."""

_RESULT = frozenset({"national_code", "code", "change", "kind", "text", "at"})


class Service(ReferenceModel):
    """One service: its name, the envelope's `isUpdating`, and its name for each of our fields."""

    name: Word
    updating: bool
    fields: dict[str, Word]


class Success(ReferenceModel):
    """The values that mean success, of the two codes that gateways answer with."""

    error_code: tuple[Word, ...]
    response_code: tuple[Word, ...]


class Mapping(ReferenceModel):
    """The file. Complete or refused: every state, kind and rating of ours has a code there."""

    version: Word
    source: Word
    login_path: Annotated[str, Field(pattern=r"^/")]
    call_path: Annotated[str, Field(pattern=r"^/")]
    type: Word
    success: Success
    expired: tuple[Word, ...]
    services: dict[ServiceName, Service]
    result: dict[str, Word]
    changes: dict[Word, Literal["returned"]]
    states: dict[str, Word]
    kinds: dict[str, Word]
    ratings: dict[str, Word]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [
            *_compared("services", FIELDS, self.services),
            *_compared("result", _RESULT, self.result),
            *_compared("states", State, self.states),
            *_compared("kinds", ("pakn", "vbqppl"), self.kinds),
            *_compared("ratings", ("1", "2", "3"), self.ratings),
        ]
        for name, service in self.services.items():
            faults += _compared(f"services.{name}.fields", FIELDS[name], service.fields)
            if len(set(service.fields.values())) < len(service.fields):
                faults.append(f"services.{name}.fields: two fields have the same name")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _compared(what: str, wanted: Iterable[str], given: Iterable[str]) -> list[str]:
    wanted, given = {str(name) for name in wanted}, set(given)
    missing = [f"{what}: {name} is missing" for name in sorted(wanted - given)]
    return missing + [f"{what}: {name} is not known" for name in sorted(given - wanted)]
