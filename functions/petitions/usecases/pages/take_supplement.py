"""Information sent from the page of a petition without a chat, because an officer entered it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.citizen.draft import InputPart
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.pages.petition_view import ADDABLE
from petitions.domain.pages.posts import MoreForPetition, PagePost
from petitions.domain.petition.petition import Petition
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.petition.file_petition import PetitionFiling, addition_of
from petitions.usecases.shared.petition_changes import Actor


@dataclass(frozen=True)
class TakeSupplement:
    """Adds the information to the petition, within the post's transaction."""

    filing: PetitionFiling
    keep_apart: KeepApart

    def __call__(
        self, tx: Transaction, petition: Petition, post: PagePost, action: MoreForPetition, now: datetime
    ) -> list[Message]:
        """Add the words of the post to the petition, and return the messages to publish.

        Words that report misconduct are kept from the petition's unit. Nothing is added to a petition that is over or
        full.
        """
        text = "\n".join(filter(None, [*action.given, action.words]))
        additions = [addition_of(InputPart(key=post.key, at=post.at, type="text", text=text), "citizen")]
        filer = Actor(Role.CITIZEN)
        if petition.state not in ADDABLE:
            telemetry.log("WARNING", "a supplement for a petition that is over", metric="page_post_late")
            return []
        kept = self.keep_apart(tx, petition, additions, [], filer, now)
        if kept is not None:
            return kept.messages
        joined = self.filing.join(tx, petition, additions, [], filer, now)
        if joined is None:
            telemetry.log("WARNING", "a petition has no room for a supplement", metric="page_post_late")
            return []
        return [joined[2]]
