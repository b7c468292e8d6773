"""Plan a stack before anything starts: ports, addresses, settings and every process."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import manifest as manifests
from infra.local.platform.timetable import cron_faults
from infra.local.stack import google_emulators, ports, settings
from infra.local.stack.folder import StackError, StackFolder
from infra.local.stack.process_spec import ProcessSpec
from infra.paths import ROOT

LOOPBACK_ADDRESS = "127.0.0.1"
SERVERS = (
    "console",
    "zalo",
    "portal",
    "smtp",
    "mailbox",
    "firestore",
    "firestore_admin",
    "pubsub",
    "pubsub_admin",
    "storage",
)
SWITCHES = (
    "STACK",
    "PYTHON",
    "EMULATOR",
    "FROZEN",
    "TRAINING",
    "INSTANCES",
    "FIRESTORE_EMULATOR_HOST",
    "PUBSUB_EMULATOR_HOST",
)
KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
MOST_INSTANCES = 9
FROZEN = "FROZEN: pushes are off and schedules paused, as after a restore; messages are kept."
INDEXES_FILE = ROOT / "infra" / "gcp" / "firestore.indexes.json"


@dataclass(frozen=True)
class StackPlan:
    """Everything that the runner needs to start a stack.

    `environment` holds the variables of every process. `description` is the content of stack.json without process ids.
    """

    folder: StackFolder
    manifest: manifests.Manifest
    key: bytes
    ports: dict[str, int]
    urls: dict[str, str]
    settings: settings.StackSettings
    firestore_host: str
    pubsub_host: str
    pubsub_admin_url: str | None
    push_secret: str | None
    frozen: bool
    training: bool
    notices: tuple[str, ...]
    emulators: list[ProcessSpec]
    functions: list[ProcessSpec]
    instances: int
    environment: dict[str, str]
    description: dict[str, Any]

    def private_urls(self, function: str) -> tuple[str, ...]:
        """Return the addresses at which the instances of a function listen.

        The public address is that of its proxy (`gate`).
        """
        return tuple(self.urls[private(function, item)] for item in range(self.instances))

    @property
    def identity(self) -> dict[str, str]:
        """The ids of the stack's Zalo app and Official Account, by the names of their settings."""
        values = self.settings.values
        return {name: values[name] for name in ("ZALO_APP_ID", "ZALO_OA_ID") if name in values}


def private(function: str, number: int) -> str:
    """Return the port name of an instance, counted from 0: `("desk", 1)` -> `"desk_private_2"`."""
    return f"{function}_private" + (f"_{number + 1}" if number else "")


def make(folder: StackFolder, sources: Path, environment: Mapping[str, str]) -> StackPlan:
    """Return the plan of a stack. Raise StackError with every fault of manifest, settings, ports and environment."""
    try:
        manifest = manifests.load(sources / "manifest.json")
    except manifests.ManifestError as error:
        raise StackError("\n".join(error.faults)) from error
    folder.make()
    external = {
        name: environment[name] for name in ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST") if environment.get(name)
    }
    instances = environment.get("INSTANCES", "1")
    counted = instances.isdecimal() and 1 <= int(instances) <= MOST_INSTANCES
    copies = [private(name, item) for item in range(int(instances) if counted else 1) for name in manifest.functions]
    names = [*SERVERS, *manifest.functions, *copies]
    given, port_faults = ports.allocate(names, environment, folder.read("ports.json"), str(folder.path))
    if port_faults:
        given = {name: given.get(name, 1) for name in names}
    urls = {name: f"http://{LOOPBACK_ADDRESS}:{port}" for name, port in given.items()}
    firestore_host = external.get("FIRESTORE_EMULATOR_HOST", f"{LOOPBACK_ADDRESS}:{given['firestore']}")
    pubsub_host = external.get("PUBSUB_EMULATOR_HOST", f"{LOOPBACK_ADDRESS}:{given['pubsub']}")
    addresses = {
        "pubsub": f"http://{pubsub_host}",
        "zalo": urls["zalo"],
        "portal": urls["portal"],
        "smtp": f"smtp://{LOOPBACK_ADDRESS}:{given['smtp']}",
        "desk": urls.get("desk", ""),
        "public": urls.get("public_site", ""),
        "citizen": urls.get("citizen_page", ""),
    }
    resolved = settings.resolve(manifest.settings, folder.name, settings.stored_secrets(folder), addresses, environment)
    faults = [*resolved.faults, *port_faults, *cron_faults(manifest)]
    known = {*manifest.settings, *(f"{name.upper()}_PORT" for name in names), *SWITCHES}
    faults += settings.unknown(environment.get("GIVEN_TO_MAKE", "").split(), known)
    faults += [fault for name, value in external.items() for fault in settings.host_fault(name, value)]
    googles = google_emulators.asked_for(environment, external)
    faults += googles.faults if googles else ()
    frozen = environment.get("FROZEN", "no")
    faults += [] if frozen in {"yes", "no"} else ["FROZEN: is not yes or no"]
    training = environment.get("TRAINING", "0")
    faults += [] if training in {"0", "1"} else ["TRAINING: is not 0 or 1"]
    faults += [] if counted else [f"INSTANCES: is not a number from 1 to {MOST_INSTANCES}"]
    if faults:
        raise StackError("\n".join(faults))
    folder.write("ports.json", given)
    if settings.OA_KEYS in resolved.values:
        folder.write_text(folder.oa_keys_file.name, resolved.values[settings.OA_KEYS])
    if settings.SEAL_KEYS in resolved.values:
        folder.write_text(folder.seal_keys_file.name, resolved.values[settings.SEAL_KEYS])
    draft = _Draft(folder, manifest, sources, given, urls, resolved, firestore_host, pubsub_host, environment, googles)
    unsigned = googles is not None or "PUBSUB_EMULATOR_HOST" in external
    return StackPlan(
        folder=folder,
        manifest=manifest,
        key=draft.key,
        ports=given,
        urls=urls,
        settings=resolved,
        firestore_host=firestore_host,
        pubsub_host=pubsub_host,
        pubsub_admin_url=None if unsigned else urls["pubsub_admin"],
        push_secret=draft.push_secret if unsigned else None,
        frozen=frozen == "yes",
        training=training == "1",
        notices=(*(() if googles is None else (google_emulators.NOTICE,)), *((FROZEN,) if frozen == "yes" else ())),
        emulators=draft.emulators(external),
        functions=[draft.function(name, item) for item in range(int(instances)) for name in manifest.functions],
        instances=int(instances),
        environment={**draft.base_environment(), **draft.emulator_hosts()},
        description=draft.description(external, addresses),
    )


@dataclass(frozen=True)
class _Draft:
    """The inputs from which a stack's process specifications are made."""

    folder: StackFolder
    manifest: manifests.Manifest
    sources: Path
    ports: dict[str, int]
    urls: dict[str, str]
    settings: settings.StackSettings
    firestore_host: str
    pubsub_host: str
    environment: Mapping[str, str]
    googles: google_emulators.Installation | None

    @property
    def key(self) -> bytes:
        """The key that signs the platform's tokens, generated randomly once per stack."""
        file = self.folder.oidc_key_file
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as stream:
                stream.write(secrets.token_hex(32).encode())
        return file.read_bytes()

    @property
    def push_secret(self) -> str:
        """A secret in push addresses, for a Pub/Sub emulator that cannot sign its pushes with the stack's key."""
        return hmac.new(self.key, b"push", "sha256").hexdigest()

    def base_environment(self) -> dict[str, str]:
        """Return the variables of every process: no settings, and only a few variables of the caller."""
        kept = {name: self.environment[name] for name in KEPT_ENVIRONMENT if name in self.environment}
        return {
            **kept,
            "LOCAL_CLOCK_FILE": str(self.folder.clock_file),
            "PYTHONUNBUFFERED": "1",
            "TZ": "UTC",
            "MALLOC_ARENA_MAX": "2",
        }

    def emulator_hosts(self) -> dict[str, str]:
        """Return the variables that direct Google's clients to the emulators."""
        return {
            "FIRESTORE_EMULATOR_HOST": self.firestore_host,
            "PUBSUB_EMULATOR_HOST": self.pubsub_host,
            "STORAGE_EMULATOR_HOST": self.urls["storage"],
        }

    def emulators(self, external: Mapping[str, str]) -> list[ProcessSpec]:
        """Return the emulators and simulators to start.

        Emulators in `external` already run elsewhere. A simulator is left out if a setting names another address.
        """
        specs = [self._storage()]
        if self.googles is not None:
            base, data = self.base_environment(), self.folder.data
            specs += [
                google_emulators.spec(self.googles, name, self.ports[name], self.settings.project, data, base)
                for name in self.googles.commands
            ]
            external = dict.fromkeys(("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"), "")
        if "FIRESTORE_EMULATOR_HOST" not in external:
            indexes = ("--indexes", str(INDEXES_FILE)) if INDEXES_FILE.exists() else ()
            specs.append(
                self._emulator(
                    "firestore",
                    {"--port": "firestore", "--admin-port": "firestore_admin"},
                    *("--project", self.settings.project, *indexes),
                )
            )
        if "PUBSUB_EMULATOR_HOST" not in external:
            key = str(self.folder.oidc_key_file)
            servers = {"--port": "pubsub", "--admin-port": "pubsub_admin"}
            specs.append(self._emulator("pubsub", servers, "--oidc-key", key))
        if "zalo" in self.settings.simulators and "zalo_webhook" in self.urls:
            specs.append(self._module("zalo", "zalo", {"--port": "zalo"}, *self._zalo()))
        if "portal" in self.settings.simulators and "PORTAL_URL" in self.settings.values:
            specs.append(self._module("portal", "portal", {"--port": "portal"}, *self._portal()))
        if "mail" in self.settings.simulators:
            specs.append(self._module("mail", "mailbox", {"--port": "smtp", "--http-port": "mailbox"}))
        return specs

    def function(self, name: str, number: int) -> ProcessSpec:
        """Return the process of one function instance, started with the same command as in the cloud."""
        function = self.manifest.functions[name]
        server = private(name, number)
        program = str(Path(sysconfig.get_path("scripts")) / "functions-framework")
        source = str(self.sources / name / "main.py")
        return ProcessSpec(
            name=f"{name}-{number + 1}" if number else name,
            command=(
                *(program, "--source", source, "--target", "main"),
                *("--host", LOOPBACK_ADDRESS, "--port", str(self.ports[server])),
            ),
            environment={
                **self.base_environment(),
                **self.emulator_hosts(),
                **settings.mounted(self.settings.values, function.settings, self.folder),
                "PYTHONPATH": str(self.sources),
                "THREADS": str(function.concurrency),
                "CLOUD_RUN_TIMEOUT_SECONDS": str(function.timeout_seconds),
                "K_SERVICE": name,
            },
            ports={"gate": self.ports[name], "private": self.ports[server]},
            health=f"{self.urls[server]}/health",
        )

    def description(self, external: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, Any]:
        """Return the content of stack.json without process ids. The address of a server not started here is null."""
        started = {spec.name for spec in self.emulators(external)}
        values = self.settings.values

        def url_if(server: str, url: str) -> str | None:
            return url if server in started else None

        return {
            "project": self.settings.project,
            "functions": {name: self.urls[name] for name in self.manifest.functions},
            "firestore_host": self.firestore_host,
            "pubsub_host": self.pubsub_host,
            "storage_url": self.urls["storage"],
            "firestore_admin_url": None if self.googles else url_if("firestore", self.urls["firestore_admin"]),
            "pubsub_admin_url": None if self.googles else url_if("pubsub", self.urls["pubsub_admin"]),
            "zalo_url": url_if("zalo", self.urls["zalo"]),
            "portal_url": url_if("portal", self.urls["portal"]),
            "smtp_url": url_if("mail", addresses["smtp"]),
            "mailbox_url": url_if("mail", self.urls["mailbox"]),
            "desk_url": self.urls.get("desk"),
            "public_url": self.urls.get("public_site"),
            "citizen_url": self.urls.get("citizen_page"),
            "console_url": self.urls["console"],
            "env": {
                name: {setting: values[setting] for setting in function.settings}
                for name, function in self.manifest.functions.items()
            },
        }

    def _emulator(self, name: str, servers: Mapping[str, str], *arguments: str) -> ProcessSpec:
        clock = str(self.folder.clock_file)
        return self._module(
            name, f"{name}_admin", servers, "--clock-file", clock, *arguments, package="infra.emulators"
        )

    def _module(
        self, name: str, health: str, servers: Mapping[str, str], *arguments: str, package: str = "infra.local"
    ) -> ProcessSpec:
        """Return the process that runs a package of this project.

        `servers` maps a command-line option to the name of the port that it gets.
        """
        numbers = [part for option, server in servers.items() for part in (option, str(self.ports[server]))]
        data = str(self.folder.data / f"{name}.sqlite")
        return ProcessSpec(
            name=name,
            command=(sys.executable, "-m", f"{package}.{name}", *numbers, "--data", data, *arguments),
            environment=self.base_environment(),
            ports={server: self.ports[server] for server in servers.values()},
            health=f"{self.urls[health]}/health",
        )

    def _zalo(self) -> tuple[str, ...]:
        values = {**settings.stored_secrets(self.folder), **self.settings.values}
        return (
            f"--webhook-url={self.urls['zalo_webhook']}",
            f"--app-id={values['ZALO_APP_ID']}",
            f"--oa-id={values['ZALO_OA_ID']}",
            f"--oa-secret-key={values['ZALO_OA_SECRET_KEYS'].split(',')[0].strip()}",
            f"--app-secret-key={values['ZALO_APP_SECRET_KEY']}",
            f"--first-refresh-token={values['ZALO_REFRESH_TOKEN']}",
        )

    def _portal(self) -> tuple[str, ...]:
        values = self.settings.values
        return (
            f"--username={values['PORTAL_USERNAME']}",
            f"--password={values['PORTAL_PASSWORD']}",
            f"--unit-code={values['PORTAL_UNIT_CODE']}",
            f"--dstcode={values['PORTAL_DSTCODE']}",
        )

    def _storage(self) -> ProcessSpec:
        port = self.ports["storage"]
        program = str(Path(sysconfig.get_path("scripts")) / "gcp-storage-emulator")
        return ProcessSpec(
            name="storage",
            command=(
                *(program, "--data-dir", str(self.folder.data / "storage"), "start"),
                *("--host", LOOPBACK_ADDRESS, "--port", str(port), "--default-bucket", self.settings.bucket),
            ),
            environment=self.base_environment(),
            ports={"storage": port},
            health=f"http://{LOOPBACK_ADDRESS}:{port}/storage/v1/b?project={self.settings.project}",
        )
