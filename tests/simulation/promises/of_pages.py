"""Promises about citizens' pages: posts are applied once and never lost, and pages show the current state."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from petitions.adapters.seals import AesSeals
from petitions.adapters.secret_keys import GivenKeys
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.pages.links import copy_path, page_key, page_of
from petitions.domain.pages.page_copy import VIEWS, PageCopy
from petitions.domain.pages.posts import PagePost
from petitions.domain.privacy.erasure import erasure_path
from petitions.domain.publishing.public import shown_state
from petitions.usecases.pages.send_post import TOPIC
from petitions.usecases.pages.take_post import EVENT
from tests.simulation.functions import ENVIRONMENT
from tests.simulation.people.actors import PAGING
from tests.simulation.people.paging import Paging
from tests.simulation.promises.read_world import AtRest


def every_post_is_applied_once(rest: AtRest) -> Iterator[str]:
    """Yield posts from pages that were published and not stored, or stored and never published.

    Posts of erased citizens may be missing.
    """
    posts = [PagePost.model_validate(message.data) for message in rest.world.pubsub.published if message.topic == TOPIC]
    stored = Counter(path for path, fields in rest.documents.items() if fields.get("event_name") == EVENT)
    wanted = {f"citizens/{post.citizen}/inputs/{post.input_key}": post for post in posts}
    for path, post in wanted.items():
        if path not in stored and erasure_path(post.citizen) not in rest.documents:
            yield f"{post.key} was published and not applied"
    yield from (f"{path} was never sent" for path in stored if path not in wanted)


def nothing_told_on_a_page_is_lost(rest: AtRest) -> Iterator[str]:
    """Yield words sent from a page that were lost, or that a petition contains twice.

    Erased citizens are left out.
    """
    paging = rest.world.others.get(PAGING)
    if not isinstance(paging, Paging):
        return
    posts = {message.data["key"]: message.data for message in rest.world.pubsub.published if message.topic == TOPIC}
    places = ("petitions/", "citizens/", "contact_requests/", "notices/")
    known = [json.dumps(fields, default=str, ensure_ascii=False) for path, fields in rest.documents.items()
             if path.startswith(places) and "/inputs/" not in path]  # fmt: skip
    whole = "\n".join(known)
    for key, words in paging.sent_words.items():
        who = posts[key]["citizen"] if key in posts else ""
        if key not in posts:
            yield f"{key} was sent and not published"
        elif erasure_path(who) not in rest.documents and words not in whole:
            yield f"{words!r} is nowhere"
        elif erasure_path(who) not in rest.documents and _doubled(rest, words):
            yield f"{words!r} is there twice"


def _doubled(rest: AtRest, words: str) -> bool:
    for petition in rest.petitions:
        added = sum((addition.text or "").count(words) for addition in petition.additions if not addition.correction)
        if petition.content.count(words) > 1 or added > 1:
            return True
    return False


def every_page_shows_what_is_so(rest: AtRest) -> Iterator[str]:
    """Yield pages whose public copy is missing, unreadable or outdated, and copies left of ended pages."""
    keys = rest.world.secrets.get("SEAL_KEYS", ENVIRONMENT["SEAL_KEYS"]).split(",")
    seals, public = AesSeals(GivenKeys(tuple(keys))), rest.world.public.documents
    shown = [one for one in rest.petitions if not one.restricted_at]
    petitions = {copy_path(page_of(one.page)): one for one in shown if one.page}
    for path, petition in petitions.items():
        found = public.get(path)
        box = seals.open(path, page_key(petition.page or ""), found["box"]) if found else None
        view = VIEWS.validate_json(box) if box else None
        if found is None or view is None or view.kind != "petition":
            yield f"the page of {petition.code} {'is not there' if found is None else 'is not its own'}"
        elif petition.merged_into is None and view.state != shown_state(petition.state):
            yield f"the page of {petition.code} shows it {view.state}, and it is {petition.state}"
        elif found["version"] != petition.version:
            yield f"the page of {petition.code} shows version {found['version']} of {petition.version}"
    drafts = dict(_drafts(rest))
    for path, changes in drafts.items():
        if path not in public or public[path]["changes"] != changes:
            yield f"the page of a draft shows change {public.get(path, {}).get('changes')} of {changes}"
    over = [path for path in public if path.startswith("pages/") and path not in {*petitions, *drafts}]
    yield from (f"{path} of {PageCopy.model_validate(public[path]).about} is over" for path in over)


def _drafts(rest: AtRest) -> Iterator[tuple[str, int]]:
    for path, fields in rest.documents.items():
        if path.startswith("citizens/") and path.count("/") == 1:
            citizen = Citizen.model_validate(fields)
            draft = citizen.conversation.draft
            if draft is not None and draft.page is not None:
                yield copy_path(page_of(draft.page)), citizen.changes


OF_PAGES = (every_post_is_applied_once, nothing_told_on_a_page_is_lost, every_page_shows_what_is_so)
