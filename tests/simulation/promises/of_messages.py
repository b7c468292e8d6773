"""Promises about messages in and out: none is lost or doubled, and everybody concerned is informed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, dropwhile, pairwise

from petitions.domain.citizen.citizen import input_path
from petitions.domain.notices.kinds import NOTICE_KINDS, NoticeKind
from petitions.domain.notices.notice import Notice, NoticeState, notice_path
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition_file import file_path
from petitions.domain.privacy.erasure import erasure_path
from petitions.domain.zalo.grant import GRANT_PATH
from petitions.domain.zalo.zalo_webhook import EVENTS
from petitions.usecases.notices.echo_flow import ECHOES_PATH
from tests.simulation.people.actors import REPAIRING
from tests.simulation.people.bureau.repairing import Repairing
from tests.simulation.people.citizens import ERASE, ERASING
from tests.simulation.promises.read_world import AtRest, shown, who

AGAIN = "[Gửi lại]"
"""The mark of a mail that is sent once more."""
A_WEEK = timedelta(days=7)
"""The shortest time between two notices that a petition is late."""
SEEN_AFTER = 70.0
"""Seconds until a stop of all sending is in force: instances read it every five seconds, a running
call takes a minute.
"""


def every_event_is_in_one_place(rest: AtRest) -> Iterator[str]:
    """Yield every dead letter, and every acknowledged message of a citizen that was not applied exactly once."""
    world = rest.world
    seen = Counter(fields.get("msg_id") for path, fields in rest.documents.items() if "/inputs/" in path)
    erased = {citizen.user for citizen in world.citizens if citizen.asked_erasure}
    repaired = REPAIRING in world.others  # where each letter is ended by a person
    buried = [fields for path, fields in rest.documents.items() if path.startswith("dead_letters/")]
    yield from (f"dead letter: {item['reason']} of {item['consumer']}" for item in buried if not repaired)
    letters = sum(message.topic == "dead-letters" for message in world.pubsub.published)
    if letters and not buried and not (repaired and erased):
        yield f"{letters} dead letters have no document"
    for event in rest.zalo.acknowledged:
        if event["event_name"].startswith("user_send"):
            times = seen[event["message"]["msg_id"]]
            if event["sender"]["id"] not in erased and times != 1:
                yield f"{event['message']} is {times} times there"
    handled = Counter(rest.documents[path]["consumer"] for path in rest.store.paths("inbox"))
    messages = len({str(event.get("message", event)) for event in rest.zalo.acknowledged})
    if handled["intake"] > messages:
        yield f"{handled['intake']} events were applied of {messages}"


def messages_are_applied_in_their_order(rest: AtRest) -> Iterator[str]:
    """Yield every message that was applied before an earlier one of the same citizen."""
    applied = {fields.get("msg_id"): fields for path, fields in rest.documents.items() if "/inputs/" in path}
    last: dict[str, datetime] = {}
    repairing = rest.world.others.get(REPAIRING)
    again = "".join(repairing.replayed.values()) if isinstance(repairing, Repairing) else ""
    stored = [item.data for item in rest.world.pubsub.published if item.topic == EVENTS]
    for message in dict.fromkeys(event.get("message", {}).get("msg_id") for event in stored):
        fields = applied.get(message)
        if message and fields and not fields.get("recovered") and message not in again:
            if fields["received_at"] < last.get(fields["citizen"], fields["received_at"]):
                yield f"{message} was applied before what was sent earlier"
            last[fields["citizen"]] = fields["received_at"]


_ANSWER_TAKEN_BACK = {"reopen", "portal_return"}
"""Actions that take back an answer, so that a rating of it no longer counts."""


def every_goal_is_reached_once(rest: AtRest) -> Iterator[str]:
    """Yield citizens without a code, with no or several petitions, or with an ignored question, rating or erasure.

    A citizen who perhaps got no answer, and cannot be known to have got none, goes no further.
    """
    doubtful = {notice.citizen for notice in rest.zalo_notices if _is_without_evidence(rest, notice)}
    for citizen in rest.world.citizens:
        if who(citizen.user) in doubtful:
            continue
        own = [
            petition
            for petition in rest.petitions
            if citizen.code == petition.code or (petition.citizen == who(citizen.user) and not petition.apart_from)
        ]
        if citizen.asked_erasure:
            if len(own) > 1:
                yield f"{citizen.user} has {len(own)} petitions"
            if not citizen.erased and not citizen.withdrawn:
                yield f"{citizen.user} asked for erasure in vain"
            continue
        if citizen.code is None:
            yield f"{citizen.user} has no code; the phone's last words: {rest.zalo.phone(citizen.user)[-1:]}"
        if len(own) != 1:
            yield f"{citizen.user} has {len(own)} petitions"
        if citizen.asked_at and not citizen.told_status:
            yield f"{citizen.user} was not told of the state"
        if citizen.rated and own and own[0].rating is None and not _actions(rest, own[0].code) & _ANSWER_TAKEN_BACK:
            yield f"{citizen.user} has rated {own[0].code}, which does not know of it"


def nobody_is_told_twice(rest: AtRest) -> Iterator[str]:
    """Yield messages and e-mails that arrived too often: twice, or three times if marked as a repetition.

    Only the outcome of a petition and officers' e-mails may be repeated.
    """
    allowed: Counter[tuple[str, str]] = Counter()
    for notice in rest.zalo_notices:
        for part in shown(notice):
            allowed[notice.citizen or "", part] += 1 + (notice.repeated and NOTICE_KINDS[notice.kind].is_result)
    erased = {who(citizen.user) for citizen in rest.world.citizens if citizen.asked_erasure}
    for (user, text), count in rest.zalo.seen().items():
        if who(user) not in erased and count > allowed[who(user), text]:
            yield f"{count} times instead of {allowed[who(user), text]}: {text[:60]!r}"
    again = {item.id for item in rest.notices if item.repeated}
    mails = Counter(key for key, _, _, _ in rest.world.mailer.sent)
    yield from (f"{count} mails of {key}" for key, count in mails.items() if count > 1 + (key in again))


def everybody_is_told(rest: AtRest) -> Iterator[str]:
    """Yield notices that should be on a citizen's phone and are not.

    A notice may be missing if it was cancelled because it is no longer true, if it waits until a message of the citizen
    opens a channel, or if it is a reply and a later reply replaces it. Replies are always true, so one may be cancelled
    only for a later reply, or after the citizen was erased.
    """
    seen = Counter({(who(user), text): count for (user, text), count in rest.zalo.seen().items()})
    for notice in rest.zalo_notices:
        if notice.state is NoticeState.CANCELLED and (notice.kind != "reply" or _is_erased(rest, notice)):
            continue
        if notice.state in {NoticeState.CANCELLED, NoticeState.UNKNOWN} and _is_outdated(rest, notice):
            continue
        if notice.waits_for == "citizen":
            continue  # no channel is open, and a message of the citizen opens one
        if _is_without_evidence(rest, notice):
            continue
        if notice.state is not NoticeState.SENT or notice.next_attempt_at is not None:
            yield f"{notice.id} is {notice.state} ({notice.error})"
        elif not all(seen[notice.citizen or "", part] for part in shown(notice)):
            yield f"{notice.id} is sent, but not on the phone"


def _is_without_evidence(rest: AtRest, notice: Notice) -> bool:
    """Return whether neither the conversation nor another message's echo can show if the notice was sent."""
    if rest.zalo.package or notice.state is not NoticeState.UNKNOWN or notice.attempt is None:
        return False
    alone = rest.world.left_alone
    return ECHOES_PATH not in rest.documents or (alone is not None and notice.attempt.started_at > alone)


def _is_erased(rest: AtRest, notice: Notice) -> bool:
    return erasure_path(notice.citizen or "") in rest.documents


def _is_outdated(rest: AtRest, notice: Notice) -> bool:
    """Return whether the notice is a reply without news of a petition, and a later reply was sent or is pending."""
    given_up = {NoticeState.CANCELLED, NoticeState.UNDELIVERABLE}
    replies = (item for item in rest.zalo_notices if item.kind == "reply" and item.citizen == notice.citizen)
    later = any(reply.created_at > notice.created_at and reply.state not in given_up for reply in replies)
    return later and notice.kind == "reply" and notice.about is None


def every_officer_is_told(rest: AtRest) -> Iterator[str]:
    """Yield e-mail notices to officers that were not sent, or were sent and did not arrive.

    An e-mail without a response from the server is sent once more, with a mark. If that gets no response either, it
    counts as settled.
    """
    mails = [(key, subject) for key, _, subject, _ in rest.world.mailer.sent]
    mailed = dict(mails)
    unmarked = Counter(key for key, subject in mails if AGAIN not in subject)
    yield from (f"{count} mails of {key} have no mark" for key, count in unmarked.items() if count > 1)
    for notice in rest.notices:
        if notice.channel == "email" and notice.state is not NoticeState.CANCELLED:
            if notice.state not in {NoticeState.SENT, NoticeState.UNKNOWN} or notice.next_attempt_at is not None:
                yield f"{notice.id} is {notice.state} ({notice.error})"
            elif notice.state is NoticeState.UNKNOWN and notice.officer and not notice.repeated:
                yield f"{notice.id} is unknown, and was not sent once more"
            elif notice.state is NoticeState.SENT and notice.id not in mailed:
                yield f"{notice.id} is sent, but not in the mail box"


def no_notice_is_made_twice(rest: AtRest) -> Iterator[str]:
    """Yield steps of a petition with more than one notice of the same kind to the filer.

    The notice that a petition is late may be repeated after a week.
    """
    about: dict[tuple[object, ...], list[datetime]] = {}
    for notice in rest.zalo_notices:
        if notice.about and notice.kind != "reply":
            key = (notice.kind, notice.about.code, notice.about.seq, notice.citizen)
            about.setdefault(key, []).append(notice.created_at)
    for step, made in about.items():
        least = A_WEEK if step[0] == NoticeKind.LATE else timedelta.max
        if any(later - former < least for former, later in pairwise(sorted(made))):
            yield f"{len(made)} notices {step}"


def replies_come_in_order(rest: AtRest) -> Iterator[str]:
    """Yield citizens whose phone shows a reply after one that was both written and committed later.

    Two events of a citizen, such as a message and a post from the page, may commit in another order than they began.
    """
    for citizen in rest.world.citizens:
        order = [message_id for user, _, message_id in rest.zalo.sent if user == citizen.user]
        replies = [
            (notice.created_at, rest.there_since(notice_path(notice.id)), order.index(notice.message_ids[-1]))
            for notice in rest.zalo_notices
            if notice.citizen == who(citizen.user) and notice.kind == "reply" and notice.about is None
            if notice.message_ids and notice.message_ids[-1] in order
        ]
        for (written, committed, place), later in combinations(sorted(replies), 2):
            if written < later[0] and committed < later[1] and place > later[2]:
                yield f"{citizen.user}: the reply of {written} came after that of {later[0]}"


def every_commit_is_published(rest: AtRest) -> Iterator[str]:
    """Yield the documents with messages that were committed and never published."""
    for path in rest.store.paths("inbox"):
        if "unpublished_since" in rest.documents[path]:
            yield f"{path} is unpublished"


def every_file_is_kept(rest: AtRest) -> Iterator[str]:
    """Yield files of petitions that are not where their record says, or were lost without a notice to the filer."""
    objects = {name.rpartition("/")[0] for name in rest.world.buckets["attachments"].objects}
    erased = {who(citizen.user) for citizen in rest.world.citizens if citizen.asked_erasure}
    lost = {notice.id for notice in rest.zalo_notices}
    for petition in rest.petitions:
        for ref in petition.files if petition.citizen not in erased else ():
            path = file_path(petition.code, ref.id)
            fields, entry = rest.documents.get(path), rest.documents.get(input_path(petition.citizen, ref.id))
            if fields is None:
                yield f"{path} is not there"
            elif petition.taken is None and (entry is None or entry.get("petition") != petition.code):
                yield f"{path} came in by nothing"
            elif fields["state"] == "failed" and f"file-lost-{ref.id}" not in lost:
                yield f"{path} is lost, and nobody was told"
    for path, fields in rest.documents.items():
        if "/attachments/" in path and path.startswith("petitions/"):
            office = fields.get("purpose") == "answer"  # of which no original is kept, and a try that failed is left
            folders = {f"{kind}/{fields.get('object')}" for kind in ("originals", "copies")[office:]}
            if fields["state"] == "stored" and not folders <= objects:
                yield f"{path} is stored, but not in the bucket"
            if fields["state"] not in {"stored", "failed", "dropped"} and not office:
                yield f"{path} is {fields['state']}"


def every_file_of_an_answer_is_there(rest: AtRest) -> Iterator[str]:
    """Yield the files named in answers that are not stored."""
    for petition in rest.petitions:
        for attachment in petition.reply.attachments if petition.reply else ():
            if rest.documents.get(file_path(petition.code, attachment), {}).get("state") != "stored":
                yield f"{attachment} of the answer to {petition.code} is not stored"


def nothing_goes_out_while_it_is_stopped(rest: AtRest) -> Iterator[str]:
    """Yield messages that reached a phone while an operator had stopped all sending.

    The first SEEN_AFTER seconds of a stop are not checked, because instances read it with a delay.
    """
    start = rest.world.scheduler.start_at
    for begun, over in rest.world.paused:
        for (user, text, _), at in zip(rest.zalo.sent, rest.zalo.times, strict=True):
            if begun + SEEN_AFTER < (at - start).total_seconds() < over:
                yield f"{user} got {text[:40]!r} while sending was stopped"


def the_account_stays_connected(rest: AtRest) -> Iterator[str]:
    """Yield the access token that was used at Zalo although its pair of tokens is not stored.

    Tokens lost before their use are noticed at the next call.
    """
    grant = rest.world.databases["channel"].documents.get(GRANT_PATH, {})
    if rest.zalo.used == rest.zalo.access_token and grant.get("refresh_token") != rest.zalo.refresh_token:
        yield f"{rest.zalo.used} was used, stored is {grant.get('access_token')}"


def nobody_is_told_what_is_no_longer_true(rest: AtRest) -> Iterator[str]:
    """Yield notices sent after their petition had reached a state in which they are untrue."""
    for notice in rest.zalo_notices:
        states = NOTICE_KINDS[notice.kind].while_in
        if notice.about is None or states is None or notice.sent_at is None or notice.attempt is None:
            continue
        code, began = notice.about.code, notice.attempt.started_at
        lines = rest.history(code)
        before = [line for line in lines if rest.there_since(history_path(code, line["seq"])) <= began]
        if before and before[-1]["to_state"] not in states:
            yield f"{notice.id} went out when the petition was {before[-1]['to_state']}"


def who_was_erased_hears_no_more(rest: AtRest) -> Iterator[str]:
    """Yield messages to erased citizens after the erasure was confirmed, unless they wrote again.

    A citizen with two requests before the confirmation may get one more question for certainty.
    """
    for citizen in rest.world.citizens:
        if erasure_path(who(citizen.user)) not in rest.documents or rest.came_back(citizen.user):
            continue
        after = dropwhile(lambda text: ERASING not in text, rest.zalo.phone(citizen.user))
        awaited = {ERASING, ERASE} if citizen.wanted["erase"] > 1 else {ERASING}
        more = (text for text in after if not any(words in text for words in awaited))
        yield from (f"{citizen.user} still got {text[:60]!r}" for text in more)


def _actions(rest: AtRest, code: str) -> set[str]:
    return {str(item["action"]) for item in rest.history(code)}


OF_MESSAGES = (
    nothing_goes_out_while_it_is_stopped,
    the_account_stays_connected,
    nobody_is_told_what_is_no_longer_true,
    who_was_erased_hears_no_more,
    every_event_is_in_one_place,
    messages_are_applied_in_their_order,
    every_goal_is_reached_once,
    nobody_is_told_twice,
    everybody_is_told,
    every_officer_is_told,
    no_notice_is_made_twice,
    replies_come_in_order,
    every_commit_is_published,
    every_file_is_kept,
    every_file_of_an_answer_is_there,
)
