"""The petition system of the National Public Service Portal as use cases need it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalChange,
    PortalFile,
    PortalPage,
    PortalRating,
    PortalRecord,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)


class Portal(Protocol):
    """The petition system of the National Public Service Portal. Nothing raises: outcomes are values.

    `key` is the caller's own id of the call: the portal keeps one record a key, so that a call which may have
    happened can be looked up, and a repeated one makes no twin.
    """

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        """Hand a petition in; the reply may carry the national code."""
        ...

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        """Tell a new state or unit."""
        ...

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        """Hand the answer over."""
        ...

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        """Tell the citizen's rating."""
        ...

    def takes(self, media_type: str, size: int) -> bool:
        """Whether the portal takes files of this type and size (bytes)."""
        ...

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        """Add a file to what the portal has."""
        ...

    def look_up(self, key: str) -> PortalReply:
        """Whether the call with this key happened."""
        ...

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        """Page `page` (from 1) of what was done there since that instant (seconds count), oldest first."""
        ...

    def read_change(self, raw: Mapping[str, Any]) -> PortalChange:
        """What `changes_since` makes of a change as it came, with the names that are known today."""
        ...

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        """Page `page` (from 1) of the petitions for us that were made or changed there since, oldest first."""
        ...

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        """One petition, or none."""
        ...

    def units(self) -> PortalPage[str]:
        """The codes of the units of ours that the portal knows."""
        ...

    def word_of_state(self, state: str) -> str:
        """The portal's word for a state of ours."""
        ...
