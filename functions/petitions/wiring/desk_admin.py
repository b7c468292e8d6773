"""Builds the desk's use cases for administrators, and holds the ports and data that all its use cases share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from petitions import config
from petitions.adapters.reference import SEEDS, ReferenceInForce, ReferenceSet, parsed
from petitions.adapters.understanding.routers import router_of
from petitions.domain.units.directory import Directory
from petitions.domain.units.versions import DIRECTORY_KIND
from petitions.ports.files import Files
from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock, Identities, Ids
from petitions.usecases.officers.import_officers import ImportOfficers
from petitions.usecases.officers.manage_officers import ManageOfficers
from petitions.usecases.officers.officer_leaves import OfficerLeaves
from petitions.usecases.officers.service_accounts import ServiceAccounts
from petitions.usecases.officers.staff import Staff
from petitions.usecases.officers.tell_heads import TellHeads
from petitions.usecases.reference.edit_answers import EditAnswers
from petitions.usecases.reference.edit_texts import EditTexts
from petitions.usecases.reference.edit_unit import EditUnit
from petitions.usecases.reference.first_steps import FirstSteps
from petitions.usecases.reference.publish_reference import PublishReference
from petitions.usecases.reference.read_unit import ReadUnit
from petitions.usecases.shared.timekeeping import Timekeeping

if TYPE_CHECKING:
    from petitions.domain.routing.routing import Router


@dataclass(frozen=True, kw_only=True)
class AdminParts:
    """The ports and reference data of the desk, with the use cases for administrators built over them."""

    settings: config.DeskSettings
    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    files: Files
    frozen: Files
    identities: Identities
    staff: Staff
    reference: ReferenceSet
    timekeeping: Timekeeping

    @property
    def directory(self) -> Directory:
        return self.reference.directory

    @cached_property
    def manage(self) -> ManageOfficers:
        return ManageOfficers(self.store, self.clock, self.ids, self.directory, self._tell_heads)

    @property
    def _tell_heads(self) -> TellHeads:
        return TellHeads(self.reference.texts, self.directory)

    @cached_property
    def service_accounts(self) -> ServiceAccounts:
        """The use case that creates, changes and closes other systems' accounts for the API, with their keys."""
        return ServiceAccounts(self.store, self.clock, self.ids, self.directory, self._tell_heads)

    @cached_property
    def officer_import(self) -> ImportOfficers:
        return ImportOfficers(self.store, self.clock, self.ids, self.directory, self._tell_heads)

    @cached_property
    def first_steps(self) -> FirstSteps:
        """The use case that lists the data that a new installation still needs."""
        return FirstSteps(
            self.store, self.clock, self.directory, self.staff, self.timekeeping, self.reference.national_units
        )

    @cached_property
    def leaving(self) -> OfficerLeaves:
        """The use case that deactivates officers who leave, and passes their petitions to others."""
        return OfficerLeaves(self.store, self.publisher, self.clock, self.ids, self.manage)

    @cached_property
    def publish(self) -> PublishReference:
        in_force = ReferenceInForce(self.store, self.clock)
        return PublishReference(self.store, self.clock, _shipped, ReferenceSet, in_force)

    @cached_property
    def skeletons(self) -> EditAnswers:
        return EditAnswers(self.publish, self.ids)

    @cached_property
    def texts(self) -> EditTexts:
        return EditTexts(self.store, self.clock, self.ids, _shipped)

    @cached_property
    def unit(self) -> ReadUnit:
        return ReadUnit(self.store, self.clock, self.directory, self.staff)

    @cached_property
    def edit_unit(self) -> EditUnit:
        """The use case that edits a unit's routing phrases, and tries them before they take effect."""
        return EditUnit(self.store, self.clock, lambda: _shipped(DIRECTORY_KIND), _router)


def _shipped(kind: str) -> Any:
    return parsed(SEEDS[kind])


def _router(directory: Mapping[str, Any]) -> Router:
    return router_of(ReferenceSet({DIRECTORY_KIND: directory}.__getitem__))
