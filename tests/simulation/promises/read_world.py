"""The data of a run that has come to rest, as the promises read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from petitions.adapters import reference
from petitions.domain.notices.enclosures import InfoForm
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import parts
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.erasure import erasure_path
from petitions.domain.shared.identity import pseudonym
from petitions.usecases.reference.publish_reference import PublishReference
from tests.simulation.functions import ID_KEY
from tests.simulation.system import Simulation
from tests.simulation.watch import accused_by

Invariant = Callable[["AtRest"], Iterator[str]]


class AtRest:
    """A run at rest, with the data that several promises share."""

    def __init__(self, world: Simulation) -> None:
        self.world = world
        self.store, self.zalo, self.portal = world.store, world.zalo, world.portal
        self.documents = world.store.documents
        self.notices = sorted(
            (Notice.model_validate(self.documents[path]) for path in self.store.paths("notices")),
            key=lambda notice: (notice.created_at, notice.id),
        )
        self.zalo_notices = [notice for notice in self.notices if notice.citizen and notice.channel == "zalo"]
        self.petitions = [Petition.model_validate(self.documents[path]) for path in self.store.paths("petitions")]

    @cached_property
    def officers(self) -> list[Officer]:
        return [Officer.model_validate(self.documents[path]) for path in self.store.paths("officers")]

    @cached_property
    def calendar(self) -> dict[str, Any]:
        clock = self.world.scheduler.clock
        found: dict[str, Any] = PublishReference(self.store, clock, _shipped, _no_set, _no_set).in_force("calendars")
        return found

    def is_kept_from_its_clerk(self, petition: Petition) -> bool:
        """Return whether the petition accuses the office of the clerk who entered it.

        Such a clerk may see neither the petition's link nor its filer.
        """
        return petition.taken is not None and petition.taken.unit in accused_by(petition, self.petitions)

    def there_since(self, path: str) -> datetime:
        """Return the time when the document was committed, from which other instances could read it."""
        return self.world.created_at[path]

    def came_back(self, user: str) -> bool:
        """Return whether the citizen wrote again after their erasure had begun, and so counts as a new one."""
        erasure = self.documents.get(erasure_path(who(user)))
        times = (int(item["timestamp"]) for item in self.zalo.acknowledged if item["sender"]["id"] == user)
        last = max(times, default=0)
        return erasure is not None and last > erasure["until"].timestamp() * 1000

    def history(self, code: str) -> list[dict[str, Any]]:
        paths = self.store.paths(f"petitions/{code}/history")
        return sorted((self.documents[path] for path in paths), key=lambda item: int(item["seq"]))


def _shipped(kind: str) -> Any:
    return reference.parsed(reference.SEEDS[kind])


def _no_set(*_: object) -> Any:
    raise NotImplementedError


def who(user: str) -> str:
    """Return the pseudonym of a Zalo user, used in the paths of the citizen's documents."""
    return pseudonym(ID_KEY.encode(), user)


def shown(notice: Notice) -> list[str]:
    """Return the parts of a notice as the phone shows them, with files and forms as "[name]"."""
    return [
        part if isinstance(part, str) else f"[{part.title if isinstance(part, InfoForm) else part.name}]"
        for part in parts(notice)
    ]
