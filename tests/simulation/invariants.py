"""The promises, each as a function from the world at rest to what breaks it. Their names are what a table shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from petitions.domain.lifecycle.transitions import TRANSITIONS
from petitions.domain.notices.enclosures import InfoForm
from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.notices.sending import parts
from petitions.domain.petition.petition import Petition, history_path
from petitions.domain.publishing.public import shown_state
from petitions.domain.shared.identity import pseudonym
from tests.simulation.system import Simulation
from tests.unit.notices.channel import ID_KEY

Invariant = Callable[[Simulation], Iterator[str]]


def notices(world: Simulation) -> list[Notice]:
    found = [Notice.model_validate(world.store.documents[path]) for path in world.store.paths("notices")]
    return sorted((each for each in found if each.citizen), key=lambda each: (each.created_at, each.id))


def petitions(world: Simulation) -> list[Petition]:
    return [Petition.model_validate(world.store.documents[path]) for path in world.store.paths("petitions")]


def _shown(notice: Notice) -> list[str]:
    """A notice's parts as the phone shows them."""
    return [
        part if isinstance(part, str) else f"[{part.title if isinstance(part, InfoForm) else part.name}]"
        for part in parts(notice)
    ]


def every_event_is_in_one_place(world: Simulation) -> Iterator[str]:
    """What the webhook has acknowledged was applied, once, or is a dead letter."""
    seen = Counter(fields["msg_id"] for path, fields in world.store.documents.items() if "/inputs/" in path)
    for event in world.zalo.told:
        if event["event_name"] == "user_send_text":
            who = next(each for each in world.citizens if each.user == event["sender"]["id"])
            if not who.erased and seen[event["message"]["msg_id"]] != 1:
                yield f"{event['message']['text']!r} is {seen[event['message']['msg_id']]} times there"
    handled = Counter(world.store.documents[path]["consumer"] for path in world.store.paths("inbox"))
    if handled["intake"] > len(world.zalo.told):
        yield f"{handled['intake']} events were applied of {len(world.zalo.told)}"
    letters = [message for message in world.pubsub.published if message.topic == "dead-letters"]
    yield from (f"dead letter: {letter.attributes}" for letter in letters)


def every_goal_is_reached_once(world: Simulation) -> Iterator[str]:
    """Who wrote has one petition, and was told its code."""
    for citizen in world.citizens:
        who = pseudonym(ID_KEY, citizen.user)
        own = [each for each in petitions(world) if citizen.code == each.code or each.citizen == who]
        if citizen.code is None:
            yield f"{citizen.user} has no code; the phone's last words: {world.zalo.phone(citizen.user)[-1:]}"
        if len(own) != 1:
            yield f"{citizen.user} has {len(own)} petitions"
        if citizen.asked_at and not citizen.erases and not citizen.told_status:
            yield f"{citizen.user} was not told of the state"
        if citizen.rated and own and own[0].rating is None:
            yield f"{citizen.user} has rated {own[0].code}, which does not know of it"
        if citizen.erases and not citizen.erased:
            yield f"{citizen.user} asked for erasure in vain"


def no_message_comes_twice(world: Simulation) -> Iterator[str]:
    """A notice's parts are on the phone once, and once more only in the declared exception."""
    allowed: Counter[tuple[str, str]] = Counter()
    for notice in notices(world):
        for part in _shown(notice):
            allowed[notice.citizen or "", part] += 1 + notice.repeated
    shown = Counter((pseudonym(ID_KEY, user), text) for user, text, _ in world.zalo.sent)
    erased = {pseudonym(ID_KEY, each.user) for each in world.citizens if each.erased}
    for (who, text), count in shown.items():
        if who not in erased and count > allowed[who, text]:
            yield f"{count} times instead of {allowed[who, text]}: {text[:60]!r}"


def every_message_arrives(world: Simulation) -> Iterator[str]:
    """What a citizen is to be told is on their phone, unless it is no longer true or outdated by a later reply."""
    shown = Counter((pseudonym(ID_KEY, user), text) for user, text, _ in world.zalo.sent)
    told = notices(world)
    for notice in told:
        later = any(each.kind == "reply" and each.created_at > notice.created_at and each.attempt for each in told)
        outdated = notice.kind == "reply" and notice.about is None and later
        if notice.state is NoticeState.CANCELLED or (notice.state is NoticeState.UNKNOWN and outdated):
            continue
        if notice.state is not NoticeState.SENT or notice.next_attempt_at is not None:
            yield f"{notice.id} is {notice.state} ({notice.error})"
        elif notice.channel == "zalo" and not all(shown[notice.citizen or "", part] for part in _shown(notice)):
            yield f"{notice.id} is sent, but not on the phone"


def replies_come_in_order(world: Simulation) -> Iterator[str]:
    """No reply comes after a later one."""
    for citizen in world.citizens:
        who = pseudonym(ID_KEY, citizen.user)
        order = [message_id for user, _, message_id in world.zalo.sent if user == citizen.user]
        replies = [each for each in notices(world) if each.citizen == who and each.kind == "reply"]
        places = [order.index(each.message_ids[-1]) for each in replies if each.message_ids and each.about is None]
        if places != sorted(places):
            yield f"{citizen.user}: {places}"


def every_commit_is_published(world: Simulation) -> Iterator[str]:
    """No message of a commit is left behind."""
    for path in world.store.paths("inbox"):
        if "unpublished_since" in world.store.documents[path]:
            yield f"{path} is unpublished"


def nothing_waits_for_nobody(world: Simulation) -> Iterator[str]:
    """What is not settled has a next attempt."""
    for path in world.store.paths("notices"):
        fields = world.store.documents[path]
        if fields["state"] in {"planned", "sending", "waiting"} and "next_attempt_at" not in fields:
            yield f"{path} is {fields['state']} for ever"
    for path in world.store.paths("erasures"):
        if world.store.documents[path]["stage"] != "done":
            yield f"{path} is not done"


def histories_are_whole(world: Simulation) -> Iterator[str]:
    """Each petition has every number once, and each step is one of the table."""
    steps = {(str(source), str(row.action)) for row in TRANSITIONS for source in row.sources}
    acts = {action for _, action in steps}
    for petition in petitions(world):
        paths = world.store.paths(f"petitions/{petition.code}/history")
        entries = sorted((world.store.documents[path] for path in paths), key=lambda each: each["seq"])
        if [each["seq"] for each in entries] != list(range(1, petition.version + 1)):
            yield f"{petition.code} has gaps"
        for before, each in pairwise(entries):
            if each.get("from_state", each["to_state"]) not in {before["to_state"], each["to_state"]}:
                yield f"{petition.code} was moved by no line between {before['seq']} and {each['seq']}"
            if each["action"] in acts and (each.get("from_state"), each["action"]) not in steps:
                yield f"{petition.code} went by {each['action']} from {each.get('from_state')}"


def what_was_said_to_be_done_is_done(world: Simulation) -> Iterator[str]:
    """An officer's deed is in the history as it was told, once; their own change is nobody else's."""
    for code, action, version in world.office.done:
        entry = world.store.documents.get(history_path(code, version + 1))
        if entry is None or entry["action"] != action:
            yield f"{action} of {code} at {version} is not there"
    yield from (f"{code}: somebody else's" for code in world.office.blamed)


def the_public_sees_what_is(world: Simulation) -> Iterator[str]:
    """The public status is the petition's."""
    for petition in petitions(world):
        status = world.public.documents.get(f"statuses/{petition.code}")
        if status is None or status["state"] != str(shown_state(petition.state)):
            yield f"{petition.code} is {petition.state}, shown is {status and status['state']}"
    for citizen in world.citizens:
        if citizen.mark in json.dumps(world.public.documents, default=str, ensure_ascii=False):
            yield f"words of {citizen.user} are public"


def figures_equal_a_recount(world: Simulation) -> Iterator[str]:
    """What was folded is what is counted."""
    yield from world.recount()


def nothing_is_left_of_the_erased(world: Simulation) -> Iterator[str]:
    """Whoever was erased has left nothing in any database, but the matter of a petition that the law keeps."""
    for citizen in world.citizens:
        marks = (citizen.user, citizen.phone, citizen.mark) if citizen.erased else ()
        for path, fields in {**world.store.documents, **world.public.documents}.items():
            written = json.dumps(fields, default=str, ensure_ascii=False)
            for mark in marks[: 2 if path.startswith("petitions/") else 3]:
                if mark in written:
                    yield f"{mark} of {citizen.user} is in {path}"


INVARIANTS: tuple[Invariant, ...] = (
    every_event_is_in_one_place,
    every_goal_is_reached_once,
    no_message_comes_twice,
    every_message_arrives,
    replies_come_in_order,
    every_commit_is_published,
    nothing_waits_for_nobody,
    histories_are_whole,
    what_was_said_to_be_done_is_done,
    the_public_sees_what_is,
    figures_equal_a_recount,
    nothing_is_left_of_the_erased,
)


def violations(world: Simulation) -> list[tuple[str, str]]:
    """Return the broken promises, by name, with what breaks them."""
    return [(each.__name__, words) for each in INVARIANTS for words in each(world)]
