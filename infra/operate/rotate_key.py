"""`make rotate-key KEY=...`: put a new secret key of the Zalo Official Account in force without losing an event.

Run it after the key was changed at Zalo. Events that the webhook could not verify in between wait in the quarantine, a
Pub/Sub topic, and are replayed. On a laptop the keys belong to the stack. In the cloud they are a secret in Secret
Manager, reached through gcloud.
"""

from __future__ import annotations

import base64
import getpass
import hmac
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from infra.local.commands.zalo_event import sign
from infra.local.stack.folder import StackError, StackFolder
from infra.operate.key_holders import CloudKeys, KeyHolder, LocalKeys
from infra.operate.options import Selection, dry_run_option, project_option, stack_option, yes_option
from infra.operate.target import agreed
from infra.operate.webhook_probe import post, probe_answer
from petitions.config import MOST_KEYS
from petitions.domain.language.texts import hanoi_time

SUBSCRIPTION = "zalo-quarantine-rotation"
KEPT_FOR = timedelta(hours=48)
"""How long the quarantine keeps an event."""
PATIENCE = 60.0
LOOK_PAUSE = 1.0
BATCH = 100
EMPTY_PULLS = 3
"""Reading stops after this many empty batches. Pub/Sub may return an empty batch although messages are waiting."""


@dataclass
class Replay:
    """The result of a replay: how many quarantined events verified again, and how many of them were resent.

    `left_at` has the arrival times of the events that stay in quarantine, because another key signed them.
    """

    verified: int = 0
    replayed: int = 0
    left_at: list[datetime] = field(default_factory=list)
    """The arrival times of the events that stay in the quarantine, because another key signed them."""

    @property
    def left(self) -> int:
        return len(self.left_at)


def rotate(system: KeyHolder, key: str, say: Callable[[str], object] = print) -> Replay:
    """Put the key in force, wait until the webhook accepts it, and replay the quarantined events that it signed.

    The first key in force is always the last key that has verified an event, so mistyped keys never push it out. The
    other keys follow, the newest first. If there are more than MOST_KEYS, the last ones are dropped. Raise StackError.
    """
    before = _in_force(system)
    after, fallen = _with(before, key)
    if key in before:
        say(f"This key ({_end(key)}) is in force already.")
    else:
        system.keep(",".join(after))
        say(f"In force now: {_ends(after)}; the new one is {_end(key)}.")
    if fallen:
        say(f"Fell out, as no more than {MOST_KEYS} are in force: {_ends(fallen)}. Was it right? Run this with it.")
    written = time.monotonic()
    _await_known(system, key)
    say("The webhook knows the new key.")
    time.sleep(max(0.0, written + system.settles_in - time.monotonic()))
    done = _replay(system, key)
    say(f"Quarantine: {done.verified} verified again, {done.replayed} replayed, {done.left} not made by this key.")
    if done.replayed and after[0] != key:
        system.keep(",".join([key, *(other for other in after if other != key)]))
    if done.left:
        say(_left_in_words(done, key))
    elif not done.verified:
        say("No event waits, or a run of the last minute still holds them: run this again in a minute, to be sure.")
    return done


def _with(before: Sequence[str], key: str) -> tuple[list[str], list[str]]:
    """Return the keys in force after inserting `key` in second place, and the keys dropped beyond MOST_KEYS."""
    after = list(before) if key in before else [before[0], key, *before[1:]]
    return after[:MOST_KEYS], after[MOST_KEYS:]


def _left_in_words(done: Replay, key: str) -> str:
    since, until = min(done.left_at), max(done.left_at)
    doubt = "" if done.replayed else f"Is the key mistyped? Compare its end ({_end(key)}) with Zalo's console. If not: "
    return (
        f"{doubt}{done.left} events, of {hanoi_time(since)} to {hanoi_time(until)}, were signed by another key, or by "
        "somebody who forges. What citizens wrote may have been read back by zalo-recovery already. They go away by "
        f"themselves, the last at {hanoi_time(until + KEPT_FOR)}. Only events since the change at Zalo matter: for "
        "those run this again in a minute, with the right key."
    )


def end_old_keys(system: KeyHolder, key: str, selection: Selection, say: Callable[[str], object] = print) -> bool:
    """Leave only this key in force, after asking. Return False if the operator declined.

    Raise StackError if the key is not in force.
    """
    before = _in_force(system)
    if key not in before:
        raise StackError(f"{_end(key)} is not in force ({_ends(before)} are): nothing was ended")
    others = [other for other in before if other != key]
    if not others:
        say(f"Only the key {_end(key)} is in force already.")
        return True
    say(f"{_end(key)} stays; what Zalo signed with {_ends(others)} is refused from now on.")
    if key != before[0]:
        say(f"{_end(before[0])} is the last that verified an event here, {_end(key)} has verified none yet.")
    say("Zalo repeats events for up to two hours: end the old key two hours after the change, or now if it has leaked.")
    if not agreed(selection, f"End {_ends(others)}?"):
        return False
    system.keep(key)
    say(f"Only the new key ({_end(key)}) is in force. Ended: {_ends(others)}.")
    return True


def foresee(system: KeyHolder, key: str | None, *, finishing: bool, say: Callable[[str], object] = print) -> None:
    """Print the changes that a run would make, without making them. `key` is None if it is not known yet.

    `finishing` means that the run would end the old keys. Raise StackError.
    """
    found = _in_force(system)
    say(f"Keys in force at {system.webhook_url}: {len(found)} ({_ends(found)}).")
    others = [other for other in found if other != key]
    if finishing and not key:
        say("All would end but the one that you give (KEY=, or you are asked).")
    elif finishing and key not in found:
        say(f"{_end(str(key))} is not in force: nothing would be ended.")
    elif finishing:
        say(f"{_ends(others)} would end." if others else "Only one is in force already: nothing would change.")
    elif key in found:
        say(f"The key {_end(str(key))} is in force already. Quarantined events signed with it would be replayed.")
    else:
        say("The new key would be in force beside them. Quarantined events signed with it would be replayed.")
        if fallen := _with(found, key or "new")[1]:
            say(f"{_ends(fallen)} would fall out: no more than {MOST_KEYS} are in force at a time.")


def _in_force(system: KeyHolder) -> list[str]:
    return [key.strip() for key in system.keys().split(",")]


def _end(key: str) -> str:
    return f"…{key[-3:]}"


def _ends(keys: Sequence[str]) -> str:
    return ", ".join(map(_end, keys))


def _until(ask: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ask():
        if time.monotonic() > deadline:
            raise StackError(failure)
        time.sleep(LOOK_PAUSE)


def _await_known(system: KeyHolder, key: str) -> None:
    """Wait until the webhook accepts a probe signed with the key. The probe is not stored.

    Raise StackError if the webhook does not accept it in time.
    """
    app_id, oa_id = system.identity()

    def ask() -> bool:
        return probe_answer(system.webhook_url, app_id, oa_id, key, system.now()) == "probe"

    _until(ask, f"the webhook did not take the new key within {PATIENCE:.0f} s; nothing was replayed")


def _replay(system: KeyHolder, key: str) -> Replay:
    """Replay and acknowledge every quarantined event that the key signed. Leave the others until they expire."""
    done, seen, empty = Replay(), set[str](), 0
    while empty < EMPTY_PULLS:
        new = [one for one in _pull(system) if one["message"]["messageId"] not in seen]
        new.sort(key=lambda one: one["message"]["publishTime"])
        empty = 0 if new else empty + 1
        for one in new:
            message = one["message"]
            seen.add(message["messageId"])
            body, signature = base64.b64decode(message["data"]), message["attributes"]["signature"]
            done.verified += 1
            if not _made(body, key, signature):
                done.left_at.append(datetime.fromisoformat(message["publishTime"]))
                continue
            _until(
                partial(_handed_over, system, body, signature),
                "the webhook does not store a replayed event; run this again",
            )
            _pubsub(system, "acknowledge", {"ackIds": [one["ackId"]]})
            done.replayed += 1
    return done


def _handed_over(system: KeyHolder, body: bytes, signature: str) -> bool:
    return post(system.webhook_url, body, {"X-ZEvent-Signature": signature}).strip() == "stored"


def _made(body: bytes, key: str, signature: str) -> bool:
    app_id = str(json.loads(body)["app_id"])
    return hmac.compare_digest(sign(body, app_id, key), signature)


def _pull(system: KeyHolder) -> list[dict[str, Any]]:
    answer = _pubsub(system, "pull", {"maxMessages": BATCH, "returnImmediately": True})
    messages: list[dict[str, Any]] = answer.get("receivedMessages", [])
    return messages


def _pubsub(system: KeyHolder, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    url = f"{system.pubsub_url}/v1/projects/{system.project}/subscriptions/{SUBSCRIPTION}:{verb}"
    token = system.token()
    answer = post(url, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"} if token else {})
    if not answer:
        raise StackError(f"Pub/Sub refused to {verb} from {SUBSCRIPTION}")
    found: dict[str, Any] = json.loads(answer)
    return found


def _key(given: str | None, question: str = "The new OA secret key: ") -> str:
    key = (given or getpass.getpass(question)).strip()
    if not key or "," in key or key != "".join(key.split()):
        raise StackError("the key is one word without a comma")
    return key


@click.command("rotate-key")
@stack_option
@project_option
@click.option("--webhook", help="With --project: the webhook's address.")
@click.option("--app-id", help="With --project: the Zalo app's id.")
@click.option("--oa-id", help="With --project: the Official Account's id.")
@click.option("--pubsub", default="https://pubsub.googleapis.com", hidden=True)
@dry_run_option
@yes_option
@click.option("--finish", is_flag=True, help="Leave only the given key in force, and do nothing else.")
def rotate_key_command(
    stack: str,
    project: str | None,
    webhook: str | None,
    app_id: str | None,
    oa_id: str | None,
    pubsub: str,
    *,
    dry_run: bool,
    yes: bool,
    finish: bool,
) -> int:
    """Put a new OA secret key in force, after it was changed at Zalo, without losing an event.

    The key is read from the environment variable KEY or from a prompt. It is put beside the key in force, and the
    webhook is probed until it accepts it. Events that the webhook could not verify in the meantime stay in quarantine
    for 48 h. They are verified again and sent to the webhook unchanged. An event received twice is applied once. Only
    counts and the last three characters of keys are printed.
    """
    given = os.environ.get("KEY")
    if not project:
        system: KeyHolder = LocalKeys(StackFolder.of(stack))
    elif webhook and app_id and oa_id:
        system = CloudKeys(project, webhook, app_id, oa_id, pubsub)
    else:
        raise click.UsageError("--project needs --webhook, --app-id and --oa-id")
    if dry_run:
        foresee(system, given, finishing=finish)
    elif finish:
        stays = _key(given, "The OA secret key that stays: ")
        return 0 if end_old_keys(system, stays, Selection(stack, project, yes=yes)) else 1
    else:
        rotate(system, _key(given))
    return 0
