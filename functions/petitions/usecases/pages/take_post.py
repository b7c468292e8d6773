"""The application of a post from a citizen's page to the conversation, in one transaction and at most once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions import telemetry
from petitions.domain.citizen.citizen import (
    MOST_POSTS,
    AppliedPost,
    Citizen,
    StoredInput,
    citizen_path,
    input_path,
)
from petitions.domain.citizen.draft import InputPart
from petitions.domain.files.attachment import Attachment
from petitions.domain.pages.apply_post import apply_post
from petitions.domain.pages.links import page_of
from petitions.domain.pages.petition_view import OFF_ZALO
from petitions.domain.pages.posts import MoreForPetition, PageOpened, PagePost
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.erasure import is_past
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.records import replace
from petitions.errors import Permanent
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.conversation.apply_effects import ApplyEffects
from petitions.usecases.conversation.effects_outcome import EffectsCause
from petitions.usecases.conversation.take_input import reply_notice
from petitions.usecases.pages.take_supplement import TakeSupplement
from petitions.usecases.shared.outbox import apply_once, nudge
from petitions.usecases.shared.page_nudges import nudge_petition_page, page_nudges, with_change_counted
from petitions.usecases.shared.petition_changes import changed_fields

CONSUMER = "intake-page"
EVENT = "page_post"
"""The event name under which a post is stored among the citizen's inputs."""


@dataclass(frozen=True)
class TakePost:
    """Applies posts from citizens' pages for the function `intake`."""

    store: Store
    publisher: Publisher
    clock: Clock
    effects: ApplyEffects

    def __call__(self, body: bytes) -> bool:
        """Apply a post. Return False if it was applied before. Raise Permanent if it is malformed."""
        try:
            post = PagePost.model_validate_json(body)
        except ValueError as error:
            raise Permanent("the post has no known form", reason="malformed") from error
        return apply_once(
            self.store,
            self.publisher,
            self.clock,
            consumer=CONSUMER,
            key=f"{post.page}:{post.key}",
            body=lambda tx: self._apply(tx, post),
            reads=[citizen_path(post.citizen)],
            likely_new=True,
        )

    def _apply(self, tx: Transaction, post: PagePost) -> list[Message]:
        now, path = self.clock.now(), citizen_path(post.citizen)
        off_zalo = _off_zalo(tx, post)
        if off_zalo is not None and isinstance(post.action, MoreForPetition):
            supplement = TakeSupplement(self.effects.filing, self.effects.setting_apart.keep_apart)
            return supplement(tx, off_zalo, post, post.action, now)
        found = tx.get(path)
        before = Citizen.model_validate(found) if found else None
        if before is None or not before.zalo_id or is_past(before, EVENT, post.at):
            telemetry.count("page_post_of_the_erased")
            return []
        petition = self._petition(tx, before, post)
        if post.code is not None and petition is None:
            telemetry.log("WARNING", "a post for a page that is none", metric="page_post_foreign")
            return []
        turn = apply_post(before, post, self.effects.guide, petition)
        outcome = self.effects(tx, turn, EffectsCause(post.citizen, post.input_key, now))
        applied = AppliedPost(
            key=post.key,
            page=post.page,
            at=post.at,
            words=outcome.on_page,
            did=post.action.kind,
            input_key=post.input_key,
        )
        citizen = outcome.citizen
        if citizen.erased_at == before.erased_at and not isinstance(post.action, PageOpened):
            citizen = replace(citizen, posts=[applied, *citizen.posts][:MOST_POSTS])
        citizen = with_change_counted(before, citizen)
        tx.update(path, changed_fields(before, citizen))
        kept = _stored(post, outcome.added_to, turn.read, now)
        tx.create(input_path(post.citizen, post.input_key), kept.stored())
        messages = [*reply_notice(tx, outcome, post.citizen, post.input_key, now), *outcome.messages]
        messages += page_nudges(post.citizen, before, citizen)
        if petition is not None and all(message.topic != "petition-events" for message in messages):
            messages.append(nudge_petition_page(petition.code))  # the page shows that the post was applied
        if kept.files:
            messages.append(nudge("attachments", post.citizen, {"citizen": post.citizen, "input": post.input_key}))
        return messages

    @staticmethod
    def _petition(tx: Transaction, citizen: Citizen, post: PagePost) -> Petition | None:
        became = next((own.code for own in citizen.petitions if own.page == post.page), None)
        code = post.code or became
        found = tx.get(petition_path(code)) if code else None
        petition = Petition.model_validate(found) if found else None
        if petition is None or petition.citizen != post.citizen:
            return None
        if citizen.erased_at is not None and petition.filed_at in UpTo(citizen.erased_at):
            return None
        shown = petition.page is not None and page_of(petition.page) == post.page
        return petition if shown or post.code is None else None


def _off_zalo(tx: Transaction, post: PagePost) -> Petition | None:
    found = tx.get(petition_path(post.code)) if post.code else None
    petition = Petition.model_validate(found) if found else None
    if petition is None or petition.source not in OFF_ZALO or petition.restricted_at:
        return None
    return petition if petition.page is not None and page_of(petition.page) == post.page else None


def _stored(post: PagePost, petition: str | None, read: str, now: datetime) -> StoredInput:
    form = InputPart(key=f"{post.input_key}-p", at=post.at, type="contact", text=post.action.model_dump_json())
    parts = [form, *post.parts()]
    files = [Attachment(id=part.key, next_at=now) for part in post.parts() if part.is_file()]
    return StoredInput(
        citizen=post.citizen,
        at=post.at,
        received_at=now,
        event_name=EVENT,
        read=read,
        parts=parts,
        files=files,
        petition=petition if files else None,
        next_attempt_at=now if files else None,
    )
