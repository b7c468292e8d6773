"""The operator's command line: its commands, their use by `make`, and errors as messages and exit codes."""

from __future__ import annotations

import re
import subprocess

import click
import pytest

from infra.operate import cli, load
from infra.operate.errors import OperatorError
from infra.operate.options import Selection
from infra.paths import ROOT
from petitions.errors import Retryable


def test_help_lists_every_command_with_a_description(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    listed = re.findall(r"^  ([a-z-]+) {2,}(\S.+)$", capsys.readouterr().out.split("Commands:")[1], re.MULTILINE)
    assert [name for name, _ in listed] == list(cli.MODULES)
    assert all(len(what) > 10 for _, what in listed)


@pytest.mark.parametrize("name", cli.MODULES)
def test_a_command_has_the_name_by_which_it_is_called(name: str) -> None:
    command = cli.operate.get_command(click.Context(cli.operate), name)
    assert command
    assert command.name == name


def test_make_calls_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    called = set(re.findall(r"-m infra\.operate ([a-z-]+)", makefile))
    verbs = re.findall(
        r"^([a-z -]+): \$\(LOCAL\)\n\t@exec \$\(BIN\)/python -m infra\.operate \$@", makefile, re.MULTILINE
    )
    assert called | set(verbs[0].split()) == set(cli.MODULES) - {"smoke"}


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("pause PROJECT=", "PROJECT is empty: export it first"),
        ("erasures FROM=petitions PROJECT=p DATABASE=", "DATABASE is empty: export it first"),
        ("deploy ENV=", "ENV is empty: export it first"),
        ("pause STACK=", "STACK is empty: export it first"),
        ("logs STACK=second", ".local/second/logs"),
        ("plan STACK=second", "is for the cloud"),
    ],
)
def test_a_target_that_is_empty_or_of_another_place_is_refused(call: str, refusal: str) -> None:
    done = subprocess.run(["make", "-n", *call.split()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert refusal in done.stderr


def test_an_empty_project_is_no_stack(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["pause", "--project", ""]) == 2
    assert "it is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["nonsense"], ["load", "--nonsense"], ["officer"], ["merge-units", "A", "B", "tomorrow"]]
)
def test_wrong_usage_is_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    message = capsys.readouterr().err
    assert message.startswith("Usage: python -m infra.operate")
    assert "Error: " in message


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (OperatorError("the stack is not up"), 1, "the stack is not up\n"),
        (Retryable("Firestore does not answer"), 1, "error: Firestore does not answer\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
    ],
)
def test_errors_become_messages_and_statuses(
    error: BaseException,
    status: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: Selection) -> None:
        raise error

    monkeypatch.setattr(load, "target", fail)
    assert cli.main(["load"]) == status
    assert capsys.readouterr().err == message
