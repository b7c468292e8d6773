"""The portal's names as configuration: services, fields, and codes of states, kinds and ratings (`data/portal.json`).

The real names of the portal's services for petitions (PAKN) are not public. Once they are known, the file changes, and
the code does not.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import fields
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_items import PortalAnswer, PortalFile, PortalRating, PortalStatus, PortalSubmission
from petitions.domain.shared.reference_data import ReferenceModel

ServiceName = Literal["submit", "status", "answer", "rating", "file", "look_up", "changes", "records", "fetch", "units"]
ChangeKind = Literal[
    "new", "returned", "transferred", "moved", "sent_back", "answered", "rated", "supplemented", "withdrawn"
]
PortalWord = Annotated[str, Field(min_length=1)]

DUES: Final = ("reception", "answer", "supplement")


def _fields_of(item: type[Any]) -> frozenset[str]:
    return frozenset({"key", *(field.name for field in fields(item))})


SERVICE_FIELDS: Final[dict[ServiceName, frozenset[str]]] = {
    "submit": _fields_of(PortalSubmission),
    "status": _fields_of(PortalStatus) - {"due"} | {f"{name}_due" for name in DUES},
    "answer": _fields_of(PortalAnswer),
    "rating": _fields_of(PortalRating),
    "file": _fields_of(PortalFile),
    "look_up": frozenset({"key"}),
    "changes": frozenset({"since", "page", "size"}),
    "records": frozenset({"since", "page", "size"}),
    "fetch": frozenset({"national_code"}),
    "units": frozenset({"page"}),
}
"""The fields that are sent to every service of the portal, by our names."""

_CHANGE = "national_code code key change kind text at"
_RECORD = (
    "title content name address phone unit ward class filed_at level state answer supplement away returned changed_at"
)
RESULT: Final = frozenset(f"{_CHANGE} {_RECORD}".split())
"""The fields that are read from the portal's replies, by our names."""

PETITION_CLASSES: Final = ("pakn", "vbqppl")
RATING_KEYS: Final = ("1", "2", "3")
PURPOSES: Final = ("petition", "answer")


class Service(ReferenceModel):
    """A service of the portal: its name, the envelope's `isUpdating`, and its names for our fields."""

    name: PortalWord
    updating: bool
    fields: dict[str, PortalWord]


class Success(ReferenceModel):
    """The values that mean success, for each of the two result codes in a gateway's reply."""

    error_code: tuple[PortalWord, ...]
    response_code: tuple[PortalWord, ...]


class FileRules(ReferenceModel):
    """The files that the portal accepts, and its words for their purposes."""

    types: tuple[PortalWord, ...]
    most_bytes: Annotated[int, Field(ge=0, le=25 * 2**20)]
    purposes: dict[str, PortalWord]


class Mapping(ReferenceModel):
    """The portal's names and codes. Validation requires a code for every state, kind and rating of our petitions."""

    version: PortalWord
    source: PortalWord
    login_path: Annotated[str, Field(pattern=r"^/")]
    call_path: Annotated[str, Field(pattern=r"^/")]
    type: PortalWord
    success: Success
    expired: tuple[PortalWord, ...]
    unavailable: tuple[PortalWord, ...]
    page_size: Annotated[int, Field(ge=10, le=1000)]
    services: dict[ServiceName, Service]
    result: dict[str, PortalWord]
    changes: dict[PortalWord, ChangeKind]
    states: dict[str, PortalWord]
    kinds: dict[str, PortalWord]
    ratings: dict[str, PortalWord]
    files: FileRules

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [
            *_compared("services", SERVICE_FIELDS, self.services),
            *_compared("result", RESULT, self.result),
            *_compared("states", State, self.states),
            *_compared("kinds", PETITION_CLASSES, self.kinds),
            *_compared("ratings", RATING_KEYS, self.ratings),
            *_compared("files.purposes", PURPOSES, self.files.purposes),
            *_distinct("kinds", self.kinds.values()),
            *_distinct("ratings", self.ratings.values()),
        ]
        for name, service in self.services.items():
            faults += _compared(f"services.{name}.fields", SERVICE_FIELDS[name], service.fields)
            faults += _distinct(f"services.{name}.fields", service.fields.values())
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _compared(what: str, wanted: Iterable[str], given: Iterable[str]) -> list[str]:
    wanted, given = {str(name) for name in wanted}, set(given)
    missing = [f"{what}: {name} is missing" for name in sorted(wanted - given)]
    return missing + [f"{what}: {name} is not known" for name in sorted(given - wanted)]


def _distinct(what: str, names: Iterable[str]) -> list[str]:
    names = list(names)
    return [] if len(set(names)) == len(names) else [f"{what}: two have the same name"]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration, which editors use (`data/portal.schema.json`).

    Rules that a schema cannot express are checked when the file is loaded.
    """
    described = Mapping.model_json_schema()
    parts, fields = described["properties"], dict[str, Any]()
    for name, wanted in SERVICE_FIELDS.items():
        service = copy.deepcopy(described["$defs"]["Service"])
        service["properties"]["fields"] = _words(wanted)
        fields[name] = service
    parts["services"] = {"type": "object", "additionalProperties": False, "required": [*fields], "properties": fields}
    for part, names in (
        ("result", RESULT),
        ("states", [*State]),
        ("kinds", PETITION_CLASSES),
        ("ratings", RATING_KEYS),
    ):
        parts[part] = _words(names)
    described["$defs"]["FileRules"]["properties"]["purposes"] = _words(PURPOSES)
    del described["$defs"]["Service"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described}


def _words(names: Iterable[str]) -> dict[str, Any]:
    required = sorted(str(name) for name in names)
    word = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": dict.fromkeys(required, word),
    }
