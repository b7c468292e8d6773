"""`make rotate-key KEY=...`: put a new OA secret key in force after it was changed at Zalo, without losing an event.

On a laptop the keys belong to the stack. In the cloud they are a secret in Secret Manager, reached through gcloud.
"""

from __future__ import annotations

import base64
import getpass
import hmac
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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

SUBSCRIPTION = "zalo-quarantine-rotation"
PATIENCE = 60.0
LOOK_PAUSE = 1.0
BATCH = 100
EMPTY_PULLS = 3
"""The number of empty batches after which reading stops. Pub/Sub may return one although messages are waiting."""


@dataclass
class Replay:
    """Numbers of quarantined events: verified again, replayed, and left because another key signed them."""

    verified: int = 0
    replayed: int = 0
    left: int = 0


def rotate(system: KeyHolder, key: str, say: Callable[[str], object] = print) -> Replay:
    """Put the key in force and replay the quarantined events that it signed. Raise StackError.

    Former keys stay in force beside it, at most MOST_KEYS in all: of a key that was mistyped the next run ends nothing.
    """
    before = _in_force(system)
    if before[0] != key:
        system.keep(",".join([key, *(other for other in before if other != key)][:MOST_KEYS]))
        say(f"The new key ({_end(key)}) is in force beside {_ends(before)}.")
    else:
        say(f"This key ({_end(key)}) is in force already.")
    written = time.monotonic()
    _await_known(system, key)
    say("The webhook knows the new key.")
    time.sleep(max(0.0, written + system.settles_in - time.monotonic()))
    done = _replay(system, key)
    say(f"Quarantine: {done.verified} verified again, {done.replayed} replayed, {done.left} not made by this key.")
    if done.left and not done.replayed:
        say("Is the key mistyped? The events are kept for 48 h: run this again with the right key in a minute.")
    elif done.left:
        say("What is left was signed by somebody else, or is shown again in a minute: run this again then, to be sure.")
    elif not done.verified:
        say("No event waits, or a run of the last minute still holds them: run this again in a minute, to be sure.")
    return done


def end_old_key(system: KeyHolder, selection: Selection, say: Callable[[str], object] = print) -> bool:
    """Leave only the first key in force, after asking. Return whether that was agreed to."""
    first, *others = _in_force(system)
    if not others:
        say(f"Only the key {_end(first)} is in force already.")
        return True
    say(f"{_end(first)} stays; what Zalo signed with {_ends(others)} is refused from now on.")
    say("Zalo repeats events for up to two hours: end the old key two hours after the change, or now if it has leaked.")
    if not agreed(selection, f"End {_ends(others)}?"):
        return False
    system.keep(first)
    say(f"Only the new key ({_end(first)}) is in force.")
    return True


def foresee(system: KeyHolder, key: str | None, *, finishing: bool, say: Callable[[str], object] = print) -> None:
    """Print the intended changes without making any. `key` is the new one, if it is known. Raise StackError."""
    first, *others = found = _in_force(system)
    say(f"Keys in force at {system.webhook_url}: {len(found)} ({_ends(found)}).")
    if finishing:
        say(f"{_ends(others)} would end." if others else "Only one is in force already: nothing would change.")
    elif key == first:
        say(f"The key {_end(first)} is in force already. Quarantined events signed with it would be replayed.")
    else:
        say("The new key would be put before those in force. Quarantined events signed with it would be replayed.")


def _in_force(system: KeyHolder) -> list[str]:
    return [key.strip() for key in system.keys().split(",")]


def _end(key: str) -> str:
    """Return the end of a key, by which a person recognises it on Zalo's console."""
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
    """Wait until the webhook accepts a probe signed with the key. The probe is not stored. Raise StackError."""
    app_id, oa_id = system.identity()

    def ask() -> bool:
        return probe_answer(system.webhook_url, app_id, oa_id, key, system.now()) == "probe"

    _until(ask, f"the webhook did not take the new key within {PATIENCE:.0f} s; nothing was replayed")


def _replay(system: KeyHolder, key: str) -> Replay:
    """Replay and acknowledge every message that the key signed. Leave the others until they expire."""
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
                done.left += 1
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


def _key(given: str | None) -> str:
    key = (given or getpass.getpass("The new OA secret key: ")).strip()
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
@click.option("--finish", is_flag=True, help="End the old key's validity, and do nothing else.")
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

    The key is read from the environment variable KEY or from a prompt. It is put before the key in force, and the
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
        return 0 if end_old_key(system, Selection(stack, project, yes=yes)) else 1
    else:
        rotate(system, _key(given))
    return 0
