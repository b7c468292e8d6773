"""The processes that the deployed functions talk to: emulators, and fakes of Zalo, the portal and the mail server.

Their ports are chosen before anything is deployed, so that the deployed settings can name them.
"""

from __future__ import annotations

import imaplib
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from infra.emulators.testing.processes import free_port
from infra.local.platform.target_time import parse_target
from infra.local.stack.signing_key import made_key
from infra.paths import GCP, ROOT
from infra.rehearsal.control_plane.state import State
from infra.rehearsal.deployed.functions import START_SECONDS

HERE = "127.0.0.1"
NAMES = (
    "firestore",
    "firestore_admin",
    "pubsub",
    "pubsub_admin",
    "storage",
    "zalo",
    "portal",
    "smtp",
    "mailbox",
    "imap",
)
MAILBOX = "pakn@example.vn"
"""The address of the mailbox to which citizens write e-mails."""


class Around:
    """Starts the emulators and fakes as processes, with data in a folder that is emptied first.

    `project` is the project of the deployment. `ports` maps the names in `NAMES` to ports (default: free ones).
    """

    def __init__(self, folder: Path, project: str, ports: Mapping[str, int] | None = None) -> None:
        self._project, self._folder = project, folder / "data"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self.ports = dict(ports or {name: free_port() for name in NAMES})
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.key = secrets.token_hex(32).encode()
        """The key that signs identity tokens in place of Google's key."""
        (self._folder / "oidc_key").write_bytes(self.key)
        # By night many actions wait for the morning, so the functions' clock starts on a working day.
        clock, now = self._folder / "clock", datetime.now(UTC)
        morning = parse_target("next-work-day", now, ZoneInfo("Asia/Ho_Chi_Minh"))
        clock.write_text(repr((morning - now).total_seconds()))
        self.clock = {"LOCAL_CLOCK_FILE": str(clock)}
        self.secrets = {
            "zalo-oa-secret-keys": secrets.token_urlsafe(15),
            "zalo-app-secret-key": secrets.token_urlsafe(15),
            "portal-password": secrets.token_urlsafe(12),
            "smtp-url": f"smtp://{HERE}:{self.ports['smtp']}",
            "paper-signing-key": made_key(),
            "imap-password": secrets.token_urlsafe(12),
        }
        """Values of the secrets that an operator provides, by name."""

    def url(self, name: str) -> str:
        return f"http://{HERE}:{self.ports[name]}"

    def settings(self) -> dict[str, str]:
        """Return the settings of the deployment that hold addresses of the fakes."""
        zalo = dict.fromkeys(("ZALO_OPENAPI_URL", "ZALO_OAUTH_URL", "ZALO_BUSINESS_URL"), self.url("zalo"))
        mailbox = f"imap://{quote(MAILBOX)}@{HERE}:{self.ports['imap']}"
        return zalo | {"PORTAL_URL": self.url("portal"), "IMAP_URL": mailbox}

    def environment(self) -> dict[str, str]:
        """Return the environment variables that direct Google's client libraries to the emulators."""
        hosts = {f"{name.upper()}_EMULATOR_HOST": f"{HERE}:{self.ports[name]}" for name in ("firestore", "pubsub")}
        return hosts | {"STORAGE_EMULATOR_HOST": self.url("storage")} | self.clock

    def begin(self) -> None:
        for name, own in {
            "firestore": ("--project", self._project, "--indexes", str(GCP / "firestore.indexes.json")),
            "pubsub": ("--oidc-key", str(self._folder / "oidc_key")),
        }.items():
            ports = ("--port", str(self.ports[name]), "--admin-port", str(self.ports[f"{name}_admin"]))
            clock = ("--clock-file", self.clock["LOCAL_CLOCK_FILE"])
            self._module(f"infra.emulators.{name}", *ports, *own, *clock, at=f"{name}_admin")
        program = str(Path(sysconfig.get_path("scripts")) / "gcp-storage-emulator")
        data = ("--data-dir", str(self._folder / "storage"))
        self._start("storage", (program, *data, "start", "--host", HERE, "--port", str(self.ports["storage"])))

    def fakes(self, settings: Mapping[str, str], webhook_url: str) -> None:
        """Start the fakes of Zalo, the portal and the mail server with these settings.

        If they are already running, restart only the fake of Zalo, with this webhook address.
        """
        if "zalo" in self._running:
            self._end("zalo")
        else:
            portal = {"username": settings["PORTAL_USERNAME"], "password": self.secrets["portal-password"]}
            portal |= {"unit-code": settings["PORTAL_UNIT_CODE"], "dstcode": settings["PORTAL_DSTCODE"]}
            self._module("infra.local.portal", "--port", str(self.ports["portal"]), *_options(portal), at="portal")
            mail = ("--port", str(self.ports["smtp"]), "--http-port", str(self.ports["mailbox"]))
            self._module("infra.local.mail", *mail, at="mailbox")
            box = ("--no-tls", "dict", "--demo-user", MAILBOX, "--demo-password", self.secrets["imap-password"])
            where = ("--host", HERE, "--port", str(self.ports["imap"]))
            self._start("imap", (sys.executable, "-c", "from pymap.main import main; main()", *where, *box))
        zalo = {
            "webhook-url": webhook_url,
            "app-id": settings["ZALO_APP_ID"],
            "oa-id": settings["ZALO_OA_ID"],
            "oa-secret-key": self.secrets["zalo-oa-secret-keys"],
            "app-secret-key": self.secrets["zalo-app-secret-key"],
            "first-refresh-token": "unknown",
            "retry-scale": "0.02",
        }
        self._module("infra.local.zalo", "--port", str(self.ports["zalo"]), *_options(zalo), at="zalo")

    def receive_mail(self, letter: bytes) -> None:
        """Put an e-mail into the mailbox, as another mail server would."""
        box = imaplib.IMAP4(HERE, self.ports["imap"], timeout=30)
        box.login(MAILBOX, self.secrets["imap-password"])
        box.append("INBOX", "", "", letter)
        box.logout()

    def buckets(self, state: State) -> None:
        for stored in state.of("storage.buckets"):
            at = f"{self.url('storage')}/storage/v1/b?project={state.project}"
            body = f'{{"name": "{stored.body["name"]}"}}'.encode()
            asked = urllib.request.Request(at, body, {"Content-Type": "application/json"})  # noqa: S310 - our own
            try:
                urllib.request.urlopen(asked, timeout=30).close()  # noqa: S310 - as above
            except urllib.error.HTTPError as refused:
                if refused.code != 409:  # noqa: PLR2004 - it is there already
                    raise

    def close(self) -> None:
        for name in list(self._running):
            self._end(name)

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        process.terminate()
        process.wait(timeout=30)

    def _module(self, module: str, *more: str, at: str) -> None:
        name = module.rpartition(".")[2]
        command = (sys.executable, "-m", module, *more, "--data", str(self._folder / f"{name}.sqlite"))
        self._start(at, command)

    def _start(self, at: str, command: tuple[str, ...]) -> None:
        with (self._folder / f"{at}.log").open("ab") as log:
            environment = {"PATH": "/usr/bin:/bin", **self.clock}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self._running[at] = process
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex((HERE, self.ports[at])) == 0:
                    return
            time.sleep(0.1)
        log_text = (self._folder / f"{at}.log").read_text(errors="replace")[-2000:]
        raise TimeoutError(f"{' '.join(command[:3])} did not start: {log_text}")


def _options(named: Mapping[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in named.items()]
