"""The sending of a post from a citizen's page: it is published for `intake`, and its files are stored unchecked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.citizen.draft import PartType
from petitions.domain.language.words import normal
from petitions.domain.pages.links import page_id
from petitions.domain.pages.page_copy import PageView
from petitions.domain.pages.petition_view import PetitionView
from petitions.domain.pages.posts import DraftEdit, PageAction, PagePost, Upload
from petitions.ports.files import Files
from petitions.ports.messages import Message, Publisher
from petitions.ports.world import Clock

TOPIC = "page-posts"
UPLOADS = "uploads/"
"""The prefix of unchecked files in the bucket of attachments."""
LONGEST_NAME = 120
_BY_TYPE: dict[str, PartType] = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True)
class SentFile:
    """A file uploaded with a form on a citizen's page."""

    name: str
    media_type: str
    """The type as stated by the browser."""
    content: bytes


@dataclass(frozen=True)
class SendPost:
    """Publishes posts from citizens' pages for the function `citizen_page`."""

    publisher: Publisher
    files: Files
    clock: Clock

    def __call__(self, key: str, view: PageView, form: str, action: PageAction, files: Sequence[SentFile] = ()) -> str:
        """Publish the post and return its key. Raise Retryable.

        `form` is the key of the form. The same form with the same contents gives the same key, so that it is applied
        once.
        """
        page = page_id(key)
        digests = [hashlib.sha256(file.content).hexdigest() for file in files]
        contents = json.dumps([form, action.model_dump(mode="json"), digests], sort_keys=True)
        post_key = hashlib.sha256(contents.encode()).hexdigest()[:32]
        uploads = [self._kept(f"{page}/{post_key}-{number}", file) for number, file in enumerate(files)]
        post = PagePost(
            key=post_key,
            page=page,
            citizen=view.citizen,
            code=view.code if isinstance(view, PetitionView) and not isinstance(action, DraftEdit) else None,
            at=self.clock.now(),
            action=action,
            uploads=uploads,
        )
        self.publisher.publish([Message(TOPIC, post.model_dump(mode="json", exclude_none=True), view.citizen)])
        return post_key

    def _kept(self, place: str, file: SentFile) -> Upload:
        name = UPLOADS + place
        self.files.put(name, file.content, "application/octet-stream")
        kind = _BY_TYPE.get(file.media_type.partition("/")[0], "file")
        return Upload(object=name, name=normal(file.name)[:LONGEST_NAME], type=kind)
