"""A world at rest, as read by its invariants."""

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
    """The world, with shared data of several invariants read once."""

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
        """Return all officers with an account, also former ones."""
        return [Officer.model_validate(self.documents[path]) for path in self.store.paths("officers")]

    @cached_property
    def calendar(self) -> dict[str, Any]:
        """The data of the working calendar in force."""
        clock = self.world.scheduler.clock
        found: dict[str, Any] = PublishReference(self.store, clock, _shipped, _no_set, _no_set).in_force("calendars")
        return found

    def is_kept_from_its_clerk(self, petition: Petition) -> bool:
        """Return whether it accuses the office of the clerk who entered it, so that they may not see link and filer."""
        return petition.taken is not None and petition.taken.unit in accused_by(petition, self.petitions)

    def there_since(self, path: str) -> datetime:
        """Return when others could see a document, some time after its action began."""
        return self.world.created_at[path]

    def came_back(self, user: str) -> bool:
        """Return whether the citizen wrote again after their erasure began, and is known anew."""
        erasure = self.documents.get(erasure_path(who(user)))
        times = (int(item["timestamp"]) for item in self.zalo.acknowledged if item["sender"]["id"] == user)
        last = max(times, default=0)
        return erasure is not None and last > erasure["until"].timestamp() * 1000

    def history(self, code: str) -> list[dict[str, Any]]:
        """Return the lines of a petition's history by number."""
        paths = self.store.paths(f"petitions/{code}/history")
        return sorted((self.documents[path] for path in paths), key=lambda item: int(item["seq"]))


def _shipped(kind: str) -> Any:
    return reference.parsed(reference.SEEDS[kind])


def _no_set(*_: object) -> Any:
    raise NotImplementedError


def who(user: str) -> str:
    """Return the pseudonym in the paths of a citizen's documents."""
    return pseudonym(ID_KEY.encode(), user)


def shown(notice: Notice) -> list[str]:
    """Return a notice's parts as the phone shows them."""
    return [
        part if isinstance(part, str) else f"[{part.title if isinstance(part, InfoForm) else part.name}]"
        for part in parts(notice)
    ]
