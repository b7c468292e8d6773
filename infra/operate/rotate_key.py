"""Changes the OA secret key without losing an event: `make rotate-key KEY=...`, after the key was changed at Zalo.

The new key becomes the first of two, the webhook is seen to know it, and what it could not verify meanwhile (it lies
in the quarantine for 48 h) is verified again and handed to the webhook as Zalo sent it; whatever came twice is applied
once. `--finish` ends the old key's validity. On a laptop the keys are the stack's; with --project they are a secret
of Secret Manager, through an installed gcloud. Prints counts only. Standard library alone.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from infra.local import control
from infra.local.clock import LocalClock
from infra.local.settings import OA_KEYS
from infra.local.stack import StackError, StackFolder
from infra.local.zalo_event import sign

SECRET = "zalo-oa-secret-keys"  # noqa: S105 - a name
SUBSCRIPTION = "zalo-quarantine-rotation"
PATIENCE = 60.0
PAUSE = 1.0
BATCH = 100
EMPTY_PULLS = 3
"""Pub/Sub may answer an empty batch although something waits."""


class Place(Protocol):
    """Where the system runs."""

    project: str
    webhook_url: str
    pubsub_url: str
    settles_in: float
    """Seconds after which no instance of the webhook can still go by the old keys alone."""

    def keys(self) -> str:
        """The keys in force, comma-separated."""
        ...

    def keep(self, keys: str) -> None:
        """Put others in force."""
        ...

    def token(self) -> str:
        """What calls to Pub/Sub carry; empty for none."""
        ...

    def identity(self) -> tuple[str, str]:
        """The Zalo app's id and the Official Account's."""
        ...

    def now(self) -> datetime:
        """The webhook's time."""
        ...


class Laptop:
    """A local stack that is up."""

    settles_in = 0.0

    def __init__(self, folder: StackFolder) -> None:
        self._folder = folder
        description = control.description(folder)
        self._env = description["env"]["zalo_webhook"]
        self.project = description["project"]
        self.webhook_url = description["functions"]["zalo_webhook"]
        self.pubsub_url = f"http://{description['pubsub_host']}"

    def keys(self) -> str:
        """The file that stands for the mounted secret."""
        return self._folder.oa_keys_file.read_text().strip()

    def keep(self, keys: str) -> None:
        """In the file for the webhook; in secrets.json for the next start; in stack.json for scripts."""
        self._folder.write_text(self._folder.oa_keys_file.name, keys)
        self._folder.write("secrets.json", {**self._folder.read("secrets.json"), OA_KEYS: keys})
        description = self._folder.read("stack.json")
        description["env"]["zalo_webhook"][OA_KEYS] = keys
        self._folder.write("stack.json", description)

    def token(self) -> str:
        """The emulator asks for none."""
        return ""

    def identity(self) -> tuple[str, str]:
        """As the stack was started."""
        return self._env["ZALO_APP_ID"], self._env["ZALO_OA_ID"]

    def now(self) -> datetime:
        """The stack's movable clock."""
        return LocalClock(self._folder.clock_file).now()


class Cloud:
    """A project of Google Cloud."""

    settles_in = 12.0  # an instance looks at the mounted secret at most every 10 s

    def __init__(self, project: str, webhook_url: str, app_id: str, oa_id: str, pubsub_url: str) -> None:
        self.project = project
        self.webhook_url = webhook_url
        self.pubsub_url = pubsub_url
        self._identity = app_id, oa_id

    def keys(self) -> str:
        """The newest version of the secret."""
        return self._gcloud("secrets", "versions", "access", "latest", f"--secret={SECRET}").strip()

    def keep(self, keys: str) -> None:
        """A new version; the mounted file shows it at once. The value goes by standard input."""
        self._gcloud("secrets", "versions", "add", SECRET, "--data-file=-", text=keys)

    def token(self) -> str:
        """Of whoever is signed in to gcloud."""
        return self._gcloud("auth", "print-access-token").strip()

    def identity(self) -> tuple[str, str]:
        """As given."""
        return self._identity

    def now(self) -> datetime:
        """Everybody's."""
        return datetime.now(UTC)

    def _gcloud(self, *arguments: str, text: str = "") -> str:
        command = ["gcloud", *arguments, f"--project={self.project}", "--quiet"]
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise StackError("gcloud is not installed: https://cloud.google.com/sdk/docs/install") from error
        if done.returncode:
            raise StackError(f"gcloud {' '.join(arguments[:3])} failed: {done.stderr.strip()[:300]}")
        return done.stdout


@dataclass
class Replay:
    """What became of the quarantine."""

    verified: int = 0
    replayed: int = 0
    left: int = 0


def rotate(place: Place, key: str, say: Callable[[str], object] = print) -> Replay:
    """Put the key in force and replay what it made. Raises StackError."""
    before = place.keys().split(",")[0].strip()
    if before != key:
        place.keep(f"{key},{before}")
        say("The new key is in force beside the old one.")
    written = time.monotonic()
    _await_known(place, key)
    say("The webhook knows the new key.")
    time.sleep(max(0.0, written + place.settles_in - time.monotonic()))
    done = _replay(place, key)
    say(f"Quarantine: {done.verified} verified again, {done.replayed} replayed, {done.left} not made by this key.")
    return done


def finish(place: Place, say: Callable[[str], object] = print) -> None:
    """From now on only the first key is valid."""
    place.keep(place.keys().split(",")[0].strip())
    say("Only the new key is in force.")


def foresee(place: Place, *, finishing: bool, say: Callable[[str], object] = print) -> None:
    """What would be done; reads how many keys are in force and changes nothing. Raises StackError."""
    count = len(place.keys().split(","))
    say(f"Keys in force at {place.webhook_url}: {count}.")
    if finishing:
        say("The second would end." if count > 1 else "Only one is in force already: nothing would change.")
    else:
        say("The new key would stand before the one in force, and the quarantine be verified with it and replayed.")


def _post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """POST, and what was answered; empty for anything but 200."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the system's own addresses
            return str(answer.read().decode())
    except urllib.error.HTTPError:
        return ""
    except OSError as error:
        raise StackError(f"{url} does not answer: {error}") from error


def probe_answer(webhook_url: str, app_id: str, oa_id: str, key: str, now: datetime | None = None) -> str:
    """What the webhook says to an event of our own, signed with the key; "probe" when it knows the key."""
    stamp = str(int((now or datetime.now(UTC)).timestamp() * 1000))
    probe = {"app_id": app_id, "oa_id": oa_id, "event_name": "deploy_probe", "timestamp": stamp}
    body = json.dumps(probe).encode()
    return _post(webhook_url, body, {"X-ZEvent-Signature": sign(body, app_id, key)}).strip()


def _until(ask: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ask():
        if time.monotonic() > deadline:
            raise StackError(failure)
        time.sleep(PAUSE)


def _await_known(place: Place, key: str) -> None:
    """Until an event of our own, signed with the key, is acknowledged; it goes no further."""
    app_id, oa_id = place.identity()

    def ask() -> bool:
        return probe_answer(place.webhook_url, app_id, oa_id, key, place.now()) == "probe"

    _until(ask, f"the webhook did not take the new key within {PATIENCE:.0f} s; nothing was replayed")


def _replay(place: Place, key: str) -> Replay:
    """Every message of the quarantine once: replayed and acknowledged, or left for another key until it expires."""
    done, seen, empty = Replay(), set[str](), 0
    while empty < EMPTY_PULLS:
        new = [one for one in _pull(place) if one["message"]["messageId"] not in seen]
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
                partial(_handed_over, place, body, signature),
                "the webhook does not store a replayed event; run this again",
            )
            _pubsub(place, "acknowledge", {"ackIds": [one["ackId"]]})
            done.replayed += 1
    return done


def _handed_over(place: Place, body: bytes, signature: str) -> bool:
    return _post(place.webhook_url, body, {"X-ZEvent-Signature": signature}).strip() == "stored"


def _made(body: bytes, key: str, signature: str) -> bool:
    app_id = str(json.loads(body)["app_id"])
    return hmac.compare_digest(sign(body, app_id, key), signature)


def _pull(place: Place) -> list[dict[str, Any]]:
    answer = _pubsub(place, "pull", {"maxMessages": BATCH, "returnImmediately": True})
    messages: list[dict[str, Any]] = answer.get("receivedMessages", [])
    return messages


def _pubsub(place: Place, verb: str, body: dict[str, Any]) -> dict[str, Any]:
    url = f"{place.pubsub_url}/v1/projects/{place.project}/subscriptions/{SUBSCRIPTION}:{verb}"
    token = place.token()
    answer = _post(url, json.dumps(body).encode(), {"Authorization": f"Bearer {token}"} if token else {})
    if not answer:
        raise StackError(f"Pub/Sub refused to {verb} from {SUBSCRIPTION}")
    found: dict[str, Any] = json.loads(answer)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.rotate_key", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "default", help="a local stack that is up")
    parser.add_argument("--project", help="a project of Google Cloud instead; then also:")
    parser.add_argument("--webhook", help="the webhook's address")
    parser.add_argument("--app-id", help="the Zalo app's id")
    parser.add_argument("--oa-id", help="the Official Account's id")
    parser.add_argument("--pubsub", default="https://pubsub.googleapis.com", help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--finish", action="store_true", help="end the old key's validity, and nothing else")
    return parser


def _key() -> str:
    key = (os.environ.get("KEY") or getpass.getpass("The new OA secret key: ")).strip()
    if not key or "," in key or key != "".join(key.split()):
        raise StackError("the key is one word without a comma")
    return key


def main(arguments: list[str] | None = None) -> int:
    """Rotate, or finish; the key is read from the environment variable KEY, else asked for."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.project and not (given.webhook and given.app_id and given.oa_id):
        parser.error("--project needs --webhook, --app-id and --oa-id")
    try:
        place: Place = (
            Cloud(given.project, given.webhook, given.app_id, given.oa_id, given.pubsub)
            if given.project
            else Laptop(StackFolder.of(given.stack))
        )
        if given.dry_run:
            foresee(place, finishing=given.finish)
        elif given.finish:
            finish(place)
        else:
            rotate(place, _key())
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
