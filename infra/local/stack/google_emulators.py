"""Google's own emulators of Firestore and Pub/Sub, which `EMULATOR=google` starts through an installed gcloud.

They lose their state at a restart, have no statistics about deliveries, accept queries without an index, and send no
token with a push.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.stack.process_spec import ProcessSpec

# The released command groups come first. The group of an emulator differs between releases of gcloud.
GROUPS = (("emulators",), ("beta", "emulators"))
ANSWER_SECONDS = 60.0
LOOPBACK = "127.0.0.1"
NAMES = ("firestore", "pubsub")
ADVICE = {
    "gcloud": "install the Google Cloud CLI with its emulators (packages google-cloud-cli,"
    " google-cloud-cli-firestore-emulator and google-cloud-cli-pubsub-emulator)",
    "java": "install a Java runtime, version 21 or newer (older gcloud: 11)",
}
NOTICE = (
    "*** EMULATOR=google: Google's emulators stand for Firestore and Pub/Sub. Their state is lost at `down`; no query"
    " needs an index; nothing is counted.\n"
    "*** Their pushes carry NO TOKEN: the gates let a push in by a secret in its address instead, on this machine only."
)


@dataclass(frozen=True)
class Installation:
    """The commands that start the emulators, with one line per missing program in `faults`."""

    commands: Mapping[str, tuple[str, ...]]
    faults: tuple[str, ...]


def asked_for(environment: Mapping[str, str], external: Mapping[str, str]) -> Installation | None:
    """Return the emulators requested by EMULATOR=google, or None for the built-in ones.

    `external` holds addresses of running emulators, which are left out.
    """
    choice = environment.get("EMULATOR") or "built-in"
    if choice == "built-in":
        return None
    if choice != "google":
        return Installation({}, ("EMULATOR: is `google` or `built-in`",))
    return find(environment, tuple(name for name in NAMES if f"{name.upper()}_EMULATOR_HOST" not in external))


def find(environment: Mapping[str, str], names: tuple[str, ...]) -> Installation:
    """Look for gcloud, Java and the emulators with these names. `faults` of the result lists missing programs."""
    path = environment.get("PATH")
    programs = {name: shutil.which(name, path=path) for name in ("gcloud", "java")}
    missing = [f"EMULATOR: `{name}` is not installed; {ADVICE[name]}" for name, file in programs.items() if not file]
    gcloud = programs["gcloud"]
    if missing or gcloud is None:
        return Installation({}, tuple(missing))
    commands = {name: _command(gcloud, name, environment) for name in names}
    unknown = [name for name, command in commands.items() if not command]
    return Installation(
        {name: command for name, command in commands.items() if command},
        tuple(f"EMULATOR: the installed gcloud has no emulator of {name}; {ADVICE['gcloud']}" for name in unknown),
    )


def _command(gcloud: str, name: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command with which this gcloud starts the emulator, or an empty tuple if it cannot."""
    for group in GROUPS:
        command = (gcloud, *group, name, "start")
        done = subprocess.run(
            [*command, "--help"],
            env={**environment, "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=ANSWER_SECONDS,
        )
        if done.returncode == 0:
            return command
    return ()


def spec(
    installation: Installation, name: str, port: int, project: str, data: Path, environment: Mapping[str, str]
) -> ProcessSpec:
    """Return the process of an emulator, with a separate gcloud configuration without an account."""
    folder = data / f"google-{name}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {"CLOUDSDK_CORE_DISABLE_PROMPTS": "1", "CLOUDSDK_CONFIG": str(folder / "config")}
    place = (f"--data-dir={folder}",) if name == "pubsub" else ()
    return ProcessSpec(
        name=name,
        command=(
            *installation.commands[name],
            *(f"--host-port={LOOPBACK}:{port}", f"--project={project}", *place),
        ),
        environment={**environment, **own},
        ports={name: port},
        health=f"tcp://{LOOPBACK}:{port}",
    )
