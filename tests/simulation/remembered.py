"""Process-wide caches of pure functions, which make runs fast.

Nothing cached depends on a clock, a store or chance. Reference data, objects compiled from it, and parsed messages and
documents are cached. A fault in cached code must be planted before the first run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, wraps
from string import Template
from types import SimpleNamespace
from typing import Any

import httpx
from httpx import _urlparse, _urls

from petitions.adapters import reference
from petitions.adapters.reference import ReferenceSet
from petitions.adapters.understanding import network, routers
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.language import catalogue, redaction, similarity, texts, words
from petitions.domain.language.search_words import SearchWords, Terms
from petitions.domain.management.attention import ManagementRules
from petitions.domain.papers.paper_forms import PaperForms
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.portal.national_units import UnitCodes
from petitions.domain.reminders.housekeeping import HousekeepingRules
from petitions.domain.reports.forms import ReportForms
from petitions.domain.routing.gazetteer import Gazetteer
from petitions.domain.routing.routing import Router
from petitions.domain.scoring.criteria import ScoringRules
from petitions.domain.shared.records import Record
from petitions.domain.understanding.commands import Situation
from petitions.domain.understanding.local_reader import LocalReader
from petitions.domain.understanding.reading import Reading
from petitions.domain.understanding.text import Text
from petitions.domain.units.directory import Directory

Replaced = tuple[Any, str, Any]
"""A replacement for the time of the runs: the owner of an attribute, its name, and the new value."""

MANY = 65536
_PARTS = (Directory, WorkingCalendar, DeadlineRules, ReminderLadder, HousekeepingRules, AnswerTemplates)
_MORE_PARTS = (AdministrationFields, UnitCodes, PaperForms, ReportForms, ScoringRules, ManagementRules)


class Kept(dict[str, Any]):
    """An immutable stored document that caches its parsed form and the times in it."""

    __slots__ = ("_instants", "read")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.read: dict[type[Record], Record] = {}
        self._instants: tuple[datetime, ...] | None = None

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Return all times in the document, including nested ones."""
        if self._instants is None:
            self._instants = tuple(_instants_in(self))
        return self._instants


def _instants_in(fields: Mapping[str, Any]) -> Iterator[datetime]:
    for field in fields.values():
        if isinstance(field, datetime):
            yield field
        elif isinstance(field, dict):
            yield from _instants_in(field)


_VALIDATED = Record.model_validate.__func__  # type: ignore[attr-defined]


def _validated(cls: Any, /, fields: Any, **more: Any) -> Any:
    if type(fields) is not Kept or more:
        return _VALIDATED(cls, fields, **more)
    if cls not in fields.read:
        fields.read[cls] = _VALIDATED(cls, fields)
    return fields.read[cls]


def _by_identity(function: Callable[..., Any]) -> Callable[..., Any]:
    """Cache the function by the identity of its arguments.

    The cache keeps the arguments, so that no other object can get their id.
    """
    known: dict[tuple[int, ...], tuple[Any, Any]] = {}

    @wraps(function)
    def get(*given: Any) -> Any:
        key = tuple(map(id, given))
        if key not in known:
            known[key] = (given, function(*given))
        return known[key][1]

    return get


def _over_the_directory(build: Callable[[Any], Any]) -> Callable[..., Any]:
    known: dict[int, Any] = {}

    def get(data: ReferenceSet, *_: Any) -> Any:
        key = id(data.directory)  # which is kept
        if key not in known:
            known[key] = build(data)
        return known[key]

    return get


def _person() -> Callable[..., KnownPerson]:
    """Return a constructor that reuses one object for equal contact data, so that its masks are computed once."""
    known: dict[tuple[str, ...], KnownPerson] = {}

    def get(contacts: Any, zalo_id: str = "", without: Any = (), scene: str = "") -> KnownPerson:
        contacts = list(contacts)
        key = (zalo_id, scene, *sorted(without), "", *(contact.model_dump_json() for contact in contacts))
        if key not in known:
            known[key] = KnownPerson(contacts, zalo_id, without, scene)
        return known[key]

    return get


def _terms_once() -> Callable[..., Terms]:
    known: dict[tuple[int, str], Terms] = {}
    read = SearchWords.terms

    def get(self: SearchWords, text: str) -> Terms:
        key = (id(self), text)
        if key not in known:
            known[key] = read(self, text)
        return known[key]

    return get


def _mentions_once() -> Callable[..., Any]:
    find = lru_cache(MANY)(Gazetteer.mentions)
    return lambda self, text: [*find(self, tuple(text))]


def _everywhere(function: Any, by: Any) -> Iterator[Replaced]:
    """Yield the function's replacement in every module that has imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("petitions."):
            yield from ((module, item, by) for item, value in list(vars(module).items()) if value is function)


def _words_once() -> Callable[..., Any]:
    plainly, original = lru_cache(MANY)(words.words), words.words
    return lambda text, replace=None: plainly(text) if replace is None else original(text, replace)


def _read_once() -> Callable[..., Reading]:
    read = LocalReader.read

    @lru_cache(MANY)
    def once(reader: LocalReader, raw: str, situation: Situation, labels: tuple[str, ...]) -> Reading:
        return read(reader, Text.of(raw), situation, labels)

    return lambda reader, text, situation, labels=(): once(reader, text.raw, situation, tuple(labels))


class _Client(httpx.Client):
    """An httpx client without proxies, redirects, cookies, authentication and hooks, none of which our calls use."""

    def send(self, request: httpx.Request, *, stream: bool = False, **_: Any) -> httpx.Response:
        response = self._transport.handle_request(request)
        response.request = request
        if not stream:
            response.read()
        return response


def remembered() -> Sequence[Replaced]:
    """Return all replacements. Call this after all modules are loaded."""
    return (
        (reference, "parsed", lru_cache(reference.parsed)),
        (reference, "json", SimpleNamespace(loads=lru_cache(json.loads))),
        (reference, "merge_texts", _by_identity(catalogue.merge_texts)),
        (texts, "Template", lru_cache(Template)),
        *((part, "load", staticmethod(_by_identity(part.load))) for part in (*_PARTS, *_MORE_PARTS)),
        *_everywhere(routers.router_of, _over_the_directory(routers.router_of)),
        *_everywhere(routers.places_of, _over_the_directory(routers.places_of)),
        (network, "reader", lru_cache(network.reader)),
        (LocalReader, "read", _read_once()),
        (Router, "route", lru_cache(MANY)(Router.route)),
        (Record, "model_validate", classmethod(_validated)),
        (_urls, "urlparse", lru_cache(MANY)(_urlparse.urlparse)),
        (httpx, "Client", _Client),
        (SearchWords, "terms", _terms_once()),
        (KnownPerson, "hide", lru_cache(MANY)(KnownPerson.hide)),
        *_everywhere(KnownPerson, _person()),
        *_everywhere(redaction.masked, lru_cache(MANY)(redaction.masked)),
        *_everywhere(words.words, _words_once()),
        *_everywhere(words.fold, lru_cache(MANY)(words.fold)),
        *_everywhere(similarity.pairs, lru_cache(MANY)(similarity.pairs)),
        (Gazetteer, "mentions", _mentions_once()),
    )
