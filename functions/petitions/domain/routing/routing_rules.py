"""The rules of routing as data: phrases that point to a unit or a kind of text, and phrases that cancel them.

A rule fires when one phrase of `any` is present, one of `with` (if given) and none of `without`. "@name" in a list
stands for a named set of phrases. In `to`, "PX" is the ward concerned and "OOS" means guidance without a unit.
`concepts` are phrases for the model (see concepts.py). `hints` are phrases that may or may not mean misconduct.
`conduct`, `ward_fields` and `superiors` determine the accused office, the field of administration and the superior that
handles the petition (see superiors.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from petitions.domain.language.words import fold

_HINT = "hint"


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One rule: the phrases that fire, restrict or cancel it, and the weights that it then gives."""

    gives: Mapping[str, float]
    """Weights by unit code, kind or facet."""
    any: frozenset[str]
    with_: frozenset[str]
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Superiors:
    """The units that handle petitions about an office's own conduct (LAW 7.8)."""

    units: Mapping[str, str]
    """The superior by unit, with "*" for all units not listed."""
    ward_heads: str
    """The superior of the head of a ward, and of the ward as an authority."""
    wards: Mapping[str, str]
    """The superior of a ward by field of administration, with "*" for all fields not listed."""
    coordinators: tuple[str, ...] = ()
    """Names that people use for the coordinators and their office."""
    duties: tuple[str, ...] = ()
    """Duties of coordinators. After a title, with a given name or without, they mean a coordinator."""
    hints: tuple[str, ...] = ()
    """Words about the coordinators' duties and place. In a report of misconduct they may mean the coordinators."""
    gains: tuple[str, ...] = ()
    """Words of bribes and suppressed petitions. Beside one of the `hints` they report misconduct."""
    others: tuple[str, ...] = ()
    """Trades, posts, homes and units. A name beside one of them is not a coordinator's."""
    requests: tuple[str, ...] = ()
    """Requests that people make to the coordinators' office. They are no statement about its conduct."""
    channel: tuple[tuple[frozenset[str], ...], ...] = ()
    """Patterns for mentions of the people who work for this channel: one phrase of each list, in order."""
    between: frozenset[str] = frozenset()
    """Words, without marks, that may stand between two phrases of a pattern in `channel`."""
    reported: frozenset[str] = frozenset()
    """Words of a person who reported something before."""
    found_out: frozenset[str] = frozenset()
    """Words about a person who found out who reported them."""

    def of(self, unit: str, field: str | None) -> str:
        """Return the superior of a unit. For a ward or "PX" it depends on the field of administration."""
        if unit.startswith("PX"):
            return self.wards.get(field or "*", self.wards["*"])
        return self.units.get(unit, self.units["*"])


@dataclass(frozen=True, eq=False)
class RoutingRules:
    """One version of the rules. Versions are compared by identity, because compiled forms are cached by object."""

    version: str
    emergency_units: tuple[str, ...]
    superiors: Superiors
    elsewhere: tuple[str, ...] = field(repr=False)
    landmarks: Mapping[str, tuple[str, ...]] = field(repr=False)
    """The wards in which a street or place lies, likeliest first."""
    spellings: Mapping[str, str] = field(repr=False)
    negations: tuple[str, ...] = field(repr=False)
    ignore: tuple[str, ...] = field(repr=False)
    venues: frozenset[str] = field(repr=False)
    beside: tuple[str, ...] = field(repr=False)
    concepts: Mapping[str, tuple[str, ...]] = field(repr=False)
    units: tuple[RoutingRule, ...] = field(repr=False)
    kinds: tuple[RoutingRule, ...] = field(repr=False)
    facets: tuple[RoutingRule, ...] = field(repr=False)
    conduct: tuple[RoutingRule, ...] = field(repr=False)
    hints: tuple[RoutingRule, ...] = field(repr=False)
    """Rules for hints at misconduct that the model overlooks. They name no office."""
    ward_fields: tuple[RoutingRule, ...] = field(repr=False)
    """Rules for the field of administration of a matter in a ward. The first that fires counts."""

    @classmethod
    def load(cls, raw: bytes | str | dict[str, Any]) -> RoutingRules:
        """Return the rules read from their JSON. Raise KeyError, TypeError or ValueError if the shape is wrong."""
        data: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(raw)
        sets, superiors = _expanded(data["sets"]), data["superiors"]
        return cls(
            version=str(data["version"]),
            emergency_units=tuple(data["emergency_units"]),
            superiors=Superiors(
                superiors["units"],
                superiors["ward_heads"],
                superiors["wards"],
                tuple(superiors.get("coordinators", ())),
                tuple(superiors.get("duties", ())),
                tuple(superiors.get("hints", ())),
                tuple(superiors.get("gains", ())),
                tuple(superiors.get("others", ())),
                _requests(superiors, sets),
                *_channel(superiors.get("channel")),
                sets.get("reported", frozenset()),
                sets.get("found_out", frozenset()),
            ),
            elsewhere=tuple(data["elsewhere"]),
            landmarks={name: (code,) for code, names in data["landmarks"].items() for name in names}
            | {name: tuple(codes) for name, codes in data["streets"].items()},
            spellings=dict(data["spellings"]),
            negations=tuple(data["negations"]),
            ignore=tuple(data["ignore"]),
            venues=frozenset(data["venues"]),
            beside=tuple(data["beside"]),
            concepts=_by_phrase(data["concepts"], sets),
            units=tuple(_rule(row, row["to"], sets) for row in data["units"]),
            kinds=tuple(_rule(row, {row["kind"]: row["weight"]}, sets) for row in data["kinds"]),
            facets=tuple(_rule(row, {row["facet"]: 1.0}, sets) for row in data["facets"]),
            conduct=tuple(_rule(row, {row["of"]: 1.0}, sets) for row in data["conduct"]),
            hints=tuple(_rule(row, {_HINT: 1.0}, sets) for row in data.get("hints", ())),
            ward_fields=tuple(_rule(row, {row["field"]: 1.0}, sets) for row in data["ward_fields"]),
        )


def _requests(superiors: Mapping[str, Any], sets: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    offices = [name for name in superiors.get("coordinators", ()) if name.startswith(("văn phòng", "vp"))]
    asks, wishes = superiors.get("asks", ()), superiors.get("wishes", ())
    written = [f"{way} {name}" for way in superiors.get("ways", ()) for name in superiors.get("channels", ())]
    secrecy = sorted(sets.get("secrecy", ()))
    return (*secrecy, *written, *(f"{ask} {office} {wish}" for ask in asks for office in offices for wish in wishes))


def _channel(data: Mapping[str, Any] | None) -> tuple[tuple[tuple[frozenset[str], ...], ...], frozenset[str]]:
    if data is None:
        return (), frozenset()
    sets = _expanded(data["sets"])
    patterns = tuple(tuple(_phrases([name], sets) for name in pattern) for pattern in data["patterns"])
    return patterns, frozenset(map(fold, data["between"]))


def _rule(row: Mapping[str, Any], gives: Mapping[str, float], sets: Mapping[str, frozenset[str]]) -> RoutingRule:
    return RoutingRule(
        gives=dict(gives),
        any=_phrases(row["any"], sets),
        with_=_phrases(row.get("with", ()), sets),
        without=_phrases(row.get("without", ()), sets),
    )


def _expanded(sets: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, listed in sets.items():
        found[name] = _phrases(listed, found)
    return found


def _by_phrase(named: Mapping[str, list[str]], sets: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, listed in named.items():
        for phrase in _phrases(listed, sets):
            found[phrase] = (*found.get(phrase, ()), name)
    return found


def _phrases(listed: Iterable[str], sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    plain = {phrase for phrase in listed if not phrase.startswith("@")}
    return frozenset(plain.union(*(sets[phrase[1:]] for phrase in listed if phrase.startswith("@"))))
