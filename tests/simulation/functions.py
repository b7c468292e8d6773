"""The deployed functions, with their own `main.py` and wiring, connected to the simulated systems.

`petitions.wiring` and the entry points are loaded a second time, so that other tests are not affected. Objects that
exist once per process in production exist once per simulated instance here.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial, wraps
from itertools import count
from types import SimpleNamespace
from typing import Any, Protocol
from unittest import mock

from infra.operate import figures as operated
from infra.paths import FUNCTIONS as CODE
from infra.paths import ROOT
from petitions import config, telemetry
from petitions.adapters import (
    download,
    firestore,
    ids,
    mail,
    pubsub_rest,
    reference,
    secret_keys,
    storage,
    thumbnails,
    token_vault,
    zalo,
)
from petitions.adapters.clock import SystemClock
from petitions.adapters.mailbox import imap
from petitions.adapters.portal import gateway, session
from petitions.entry import FunctionEntry
from petitions.errors import PetitionError
from petitions.usecases.channels import follow_changes
from petitions.usecases.notices import sweep_notices
from petitions.usecases.portal import portal_breaker
from petitions.usecases.shared import published_index
from petitions.usecases.zalo import zalo_tokens
from tests.settings import PRIVACY
from tests.simulation.remembered import Replaced, remembered
from tests.simulation.scheduler import OneAtATime, Pool, Scheduler

WIRING = "petitions.wiring"
PUSHED = ("intake", "attachments", "routing", "notifications", "reminders", "portal_sync", "relay", "mail_reader")
FUNCTIONS = ("zalo_webhook", *PUSHED, "desk", "citizen_page")
APP, OA, OA_KEY = "app-1", "oa-1", "oa-secret"
ID_KEY = "0123456789abcdef-test"
CHANGES_AT_ONCE = 2
"""The changes that the desk lists at once for another system, so that the few of a run fill several pages."""

ENVIRONMENT = {
    "GOOGLE_CLOUD_PROJECT": "hanoi",
    "FIRESTORE_DATABASE": "petitions",
    "FIRESTORE_PUBLIC_DATABASE": "public",
    "FIRESTORE_CHANNEL_DATABASE": "channel",
    "ATTACHMENTS_BUCKET": "attachments",
    "FROZEN_BUCKET": "frozen",
    "PUBSUB_URL": "http://127.0.0.1:1",
    "ID_KEY": ID_KEY,
    "SEAL_KEYS": "a-key-of-32-characters-for-tests",
    "ZALO_APP_ID": APP,
    "ZALO_OA_ID": OA,
    "ZALO_OA_SECRET_KEYS": OA_KEY,
    "ZALO_APP_SECRET_KEY": "app-secret",
    "ZALO_REFRESH_TOKEN": "first",
    "ZALO_OAUTH_URL": "https://oauth.test",
    "ZALO_OPENAPI_URL": "https://openapi.test",
    "ZALO_BUSINESS_URL": "https://business.test",
    "ZALO_TOKENS_VAULT": "/vault",
    "ATTACHMENT_HOSTS": "files.zalo.test",
    "IMAP_URL": "imaps://pakn@imap.test:993",
    "IMAP_PASSWORD": "a-long-secret-of-the-mailbox",
    "SMTP_URL": "smtp://127.0.0.1:1",
    "PUBLIC_URL": "https://pakn.test",
    "CITIZEN_URL": "https://phieu.test",
    "ZALO_CHAT_URL": "https://zalo.test",
    "DESK_URL": "https://desk.test",
    "PORTAL_URL": "https://gateway.test",
    "PORTAL_USERNAME": "hanoi",
    "PORTAL_PASSWORD": "a-long-secret-of-the-portal",
    "PORTAL_UNIT_CODE": "H26",
    "PORTAL_DSTCODE": "X",
    "IAP_AUDIENCE": "/projects/1/global/backendServices/2",
    **PRIVACY,
    "TRACES": "off",
}


class Ports(Protocol):
    scheduler: Scheduler

    @property
    def databases(self) -> Mapping[str, Any]: ...
    @property
    def buckets(self) -> Mapping[str, Any]: ...

    publisher: Any
    door: Any
    ids: Any
    zalo: Any
    portal: Any
    links: Any
    mailer: Any
    mailbox: Any
    vault: Any
    secrets: dict[str, str]
    """The settings that differ from `ENVIRONMENT`, by name."""
    memory: dict[object, object]
    unread: list[float]
    unexpected: Counter[str]
    fault_of_release: Callable[..., None]
    """Raises if a release's fault strikes a message."""


class _Now:
    ports: Ports


NOW = _Now()


def _memory() -> dict[object, object]:
    if not hasattr(NOW, "ports"):
        return {}
    instance = NOW.ports.scheduler.instance
    return instance.memory if instance else NOW.ports.memory


def _once(build: Callable[[], Any]) -> Callable[[], Any]:
    """Replace `base.once`: build an object once per simulated instance instead of once per process."""

    @wraps(build)
    def get() -> Any:
        memory = _memory()
        if build not in memory:
            made = build()  # meanwhile another greenlet may have built it
            return memory.setdefault(build, made)
        return memory[build]

    return get


def _in_force(build: Callable[[Any], Any]) -> Callable[[], Any]:
    """Replace `base.in_force`: build an object once per instance, and again after the reference data has changed."""

    @wraps(build)
    def get() -> Any:
        memory = _memory()
        current = _loaded().base.reference_in_force()()
        if build not in memory or memory[build][0] is not current:  # type: ignore[index]
            memory[build] = (current, build(current))
        return memory[build][1]  # type: ignore[index]

    return get


@lru_cache
def _settings_of(kind: Any) -> Any:
    return config.load(kind, ENVIRONMENT)


class Programs:
    def __init__(self) -> None:
        make_app = importlib.import_module("desk.app").make_app  # with the modules of wiring that are not simulated
        before = {name: module for name, module in sys.modules.items() if name.startswith(WIRING)}
        package = sys.modules.get("petitions")
        held = getattr(package, "wiring", None)
        for name in before:
            del sys.modules[name]
        try:
            self.base = _module("base")
            self._take_over(self.base)
            self.entries = {name: _main(name)._entry for name in PUSHED}
            for entry in self.entries.values():
                entry.pushes = {name: _as_released(name, handle) for name, handle in entry.pushes.items()}
            self._webhook = _main("zalo_webhook")
            self.webhook = _module("zalo_webhook")
            self._webhook._receive = self._receive
            self.desk = _module("desk")
            self.desk.identities = lambda: None  # nobody signs in here, and its client reads all certificates
            self._desk = _main("desk")
            self._desk._app = cache(lambda: _shared(make_app(None, id_key=ID_KEY.encode(), local=False)))
            self.notifications = _module("notifications")
            self.relay = _module("relay")
            self.citizen_page = _module("citizen_page")
            self.portal_sync = _module("portal_sync")
            self.notifications.time = SimpleNamespace(sleep=_sleep)
        finally:
            for name in [item for item in sys.modules if item.startswith(WIRING)]:
                del sys.modules[name]
            sys.modules.update(before)
            if package is not None and held is not None:
                vars(package)["wiring"] = held

    def _receive(self, *given: Any) -> Any:
        return self.webhook.receive_event()(*given)

    def receive(self, request: Any) -> Any:
        return self._webhook._take(request)

    def answer(self, request: Any) -> Any:
        return self._desk.main(request)

    def entry(self, function: str) -> FunctionEntry:
        found: FunctionEntry = self.entries[function]
        return found

    @staticmethod
    def _take_over(base: Any) -> None:
        once, in_force = (item(lambda *_: None).__code__ for item in (base.once, base.in_force))
        for name, value in list(vars(base).items()):
            code = getattr(value, "__code__", None)
            if code in {once, in_force}:
                setattr(base, name, (_once if code is once else _in_force)(value.__wrapped__))
        base.once, base.in_force, base.settings_of = _once, _in_force, _settings_of
        base.clock = lambda: NOW.ports.scheduler.clock if hasattr(NOW, "ports") else SystemClock()
        base.publisher = lambda: NOW.ports.publisher


def _as_released(subscription: str, handle: Callable[[Any], object]) -> Callable[[Any], object]:
    def handled(push: Any) -> None:
        NOW.ports.fault_of_release(subscription, push.message_id, handled=False)
        handle(push)
        NOW.ports.fault_of_release(subscription, push.message_id, handled=True)

    return handled


def _module(name: str) -> Any:
    return importlib.import_module(f"{WIRING}.{name}")


def _sleep(seconds: float) -> None:
    NOW.ports.scheduler.sleep(seconds)


class _OfInstances(dict[str, Any]):
    """The extensions of a Flask application that all instances share, because building one is slow.

    Extensions that differ by instance are kept in the instance's memory.
    """

    OWN = ("desk", "systems_limits")

    def __getitem__(self, name: str) -> Any:
        return _memory()["extension", name] if name in self.OWN else super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.OWN:
            _memory()["extension", name] = value
        else:
            super().__setitem__(name, value)

    def setdefault(self, name: str, default: Any = None) -> Any:
        return _memory().setdefault(("extension", name), default) if name in self.OWN else super().setdefault(name)


def _shared(app: Any) -> Any:
    app.extensions = _OfInstances(app.extensions)
    return app


def _main(function: str) -> Any:
    path = ROOT / "functions" / function / "main.py"
    spec = importlib.util.spec_from_file_location(f"simulated_{function}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with mock.patch.object(pubsub_rest, "RestPublisher"):
        spec.loader.exec_module(module)
    return module


@cache
def _loaded() -> Programs:
    return Programs()


def programs() -> Programs:
    """Return the loaded functions, always the same object. The first call takes seconds."""
    return _loaded()


class _NoThumbnails:
    def make(self, _media_type: str, _copy: Any) -> bytes | None:
        return b"RIFF"


def _lock() -> Any:
    return OneAtATime(NOW.ports.scheduler)


class _Threading(SimpleNamespace):
    """A stand-in for the module `threading`, for code that holds a lock while it calls an external system."""

    Lock = staticmethod(_lock)


@dataclass
class _Secret:
    """A mounted secret. Its value is the setting's, until an operator replaces it."""

    setting: str
    given: str
    is_read: bool = False
    """Whether the secret was read once. No instance starts before that."""

    def read_text(self) -> str:
        scheduler = NOW.ports.scheduler
        if self.is_read:
            scheduler.point("keys.again")
            if scheduler.fault("keys.again", 0.2):
                raise OSError("the file cannot be read")
        self.is_read = True
        return NOW.ports.secrets.get(self.setting, self.given)


def _keys_in(setting: str, given: str, parse: Any) -> Any:
    return secret_keys.MountedKeys(setting, _Secret(setting, given), parse, lambda: NOW.ports.scheduler.now)  # type: ignore[arg-type]


_BREAKER = portal_breaker.PortalBreaker


WORLDS_REMEMBERED = 100
"""The number of worlds that share caches. Worlds with reference data of their own leave a megabyte in them."""
_worlds = count()


@lru_cache(1)
def _remembered(_generation: int) -> Sequence[Replaced]:
    programs()
    return remembered()


def innermost_frame(frames: Sequence[traceback.FrameSummary]) -> str:
    """Return file, line and name of the innermost frame in the functions' code, or else of the innermost frame."""
    last = next((frame for frame in reversed(frames) if frame.filename.startswith(str(CODE))), frames[-1])
    return f"{last.filename.removeprefix(f'{ROOT}/')}:{last.lineno} in {last.name}"


def _is_unforeseen(error: BaseException | None) -> bool:
    planned = isinstance(error, PetitionError) or type(error).__name__ == "FaultOfReleaseError"
    return error is not None and not planned


@contextmanager
def running(ports: Ports, *, loud: bool = False) -> Iterator[Programs]:
    """Connect the functions to the simulated systems for the duration of the block."""
    former = getattr(NOW, "ports", None)
    NOW.ports = ports
    transport = ports.zalo.transport
    replaced: list[Replaced] = [
        (firestore, "FirestoreStore", lambda _project, database: ports.databases[database]),
        (storage, "BucketFiles", lambda _project, bucket: ports.buckets[bucket]),
        (ids, "RandomIds", lambda: ports.ids),
        (pubsub_rest, "RestPublisher", lambda *_: ports.door),
        (zalo, "ZaloApi", partial(zalo.ZaloApi, transport=transport)),
        (zalo, "ZaloConversations", partial(zalo.ZaloConversations, transport=transport)),
        (zalo, "ZaloTokenEndpoint", partial(zalo.ZaloTokenEndpoint, transport=transport)),
        (secret_keys, "keys_in", _keys_in),
        (secret_keys, "threading", _Threading()),
        (imap, "ImapMailbox", lambda *_: ports.mailbox),
        (mail, "SmtpMailer", lambda *_: ports.mailer),
        (token_vault, "FileVault", lambda _: ports.vault),
        (download, "make_downloader", lambda _: ports.links),
        (thumbnails, "PillowThumbnails", _NoThumbnails),
        (gateway, "PortalGateway", partial(gateway.PortalGateway, transport=ports.portal.transport)),
        (session, "time", SimpleNamespace(monotonic=lambda: ports.scheduler.now)),
        (session, "threading", _Threading()),
        (zalo_tokens, "threading", _Threading()),
        (reference, "threading", _Threading()),
        (published_index, "threading", _Threading()),
        (follow_changes, "AT_ONCE", CHANGES_AT_ONCE),
        (portal_breaker, "PortalBreaker", lambda store, clock: _BREAKER(store, clock, _lock())),
        (sweep_notices, "ThreadPoolExecutor", lambda _: Pool(ports.scheduler)),
        *_remembered(next(_worlds) // WORLDS_REMEMBERED),
    ]
    log = telemetry.log

    def noted(*line: Any, **more: Any) -> None:
        error = sys.exc_info()[1]
        if more.get("metric") == "reference_failed":
            ports.unread.append(ports.scheduler.now)
        elif line[1:2] in {("unexpected",), ("schedule failed",)} and _is_unforeseen(error):
            assert error
            place = innermost_frame(traceback.extract_tb(error.__traceback__))
            ports.unexpected[f"{ports.scheduler.lane}: {type(error).__name__}: {error} ({place})"] += 1
        if loud:
            log(*line, **more)

    replaced.append((telemetry, "log", noted))
    try:
        with ExitStack() as stack:
            for where, name, by in replaced:
                stack.enter_context(mock.patch.object(where, name, by))
            stack.enter_context(mock.patch.object(operated, "print", create=True))
            yield programs()
    finally:
        if former is not None:
            NOW.ports = former
