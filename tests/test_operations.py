"""docs/operations.md can't go stale: files it names exist, and every command and option is one there is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from flows.command import app
from flows.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
OURS = ("cartrove", "prefect")
# What the page uses of the system; whoever adds a command says so here, and has run it.
OF_THE_SYSTEM = {
    "cd", "chown", "cp", "createdb", "createuser", "export", "git", "install", "ln", "nginx", "openssl", "pg_restore", "pip",
    "python3.11", "runuser", "sha256sum", "systemctl", "systemd-analyze", "tar", "test", "useradd", "uv",
}  # fmt: skip


def fenced_commands() -> Iterator[list[str]]:
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            yield shlex.split(line.removeprefix("# ").removeprefix("$ "))


def units() -> list[str]:
    return sorted(path.name for path in (REPOSITORY / "deploy" / "systemd").iterdir())


COMMANDS = list(fenced_commands())


def test_every_program_is_one_that_was_run() -> None:
    names = {words[0].rsplit("/", 1)[-1] for words in COMMANDS}
    assert names <= OF_THE_SYSTEM | set(OURS)
    assert len(COMMANDS) > 30


def commands_of(program: str) -> list[list[str]]:
    """Its commands on the page, in units, and in the text between backticks."""
    text = [shlex.split(found) for found in re.findall(r"`([^`\n]*)`", PAGE)]
    starts = [
        shlex.split(line.partition("=")[2]) for name in units() for line in unit(name) if line.startswith("ExecStart=")
    ]
    named = [words for words in COMMANDS + text + starts if words]
    return [words[1:] for words in named if words[0].rsplit("/", 1)[-1] == program and len(words) > 1]


def unit(name: str) -> list[str]:
    return (REPOSITORY / "deploy" / "systemd" / name).read_text("utf-8").splitlines()


def fits(command: Any, words: list[str]) -> bool:
    """Whether the words name subcommands and options that there are."""
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    options = {name for parameter in command.params for name in parameter.opts}
    return not hasattr(command, "commands") and all(word in options for word in words if word.startswith("--"))


def test_commands_of_cartrove_exist() -> None:
    group = typer.main.get_command(app)
    wanted = commands_of("cartrove")
    assert len(wanted) > 8
    assert [words for words in wanted if not fits(group, words)] == []


@pytest.mark.parametrize("words", commands_of("prefect"), ids=" ".join)
def test_commands_of_prefect_exist(words: list[str]) -> None:
    """Asked by their help, without the arguments."""
    command = [word for word in words if word != "--no-prompt"]
    first_option = next((at for at, word in enumerate(command) if word.startswith("--")), len(command))
    path = command[: min(first_option, 2)]
    told = subprocess.run(
        [sys.executable, "-m", "prefect", *path, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert [word for word in command if word.startswith("--") and word not in told.stdout] == []


def test_files_of_the_repository_exist() -> None:
    named = set(re.findall(r"\bdeploy/[\w./-]*\w", PAGE))
    assert len(named) > 5
    assert [name for name in sorted(named) if not (REPOSITORY / name).exists()] == []


def test_units_name_files_that_are_shipped_and_are_all_on_the_page() -> None:
    of_us = re.compile(r"/opt/cartrove/((?:deploy|docs)/\S+)")
    wanted = {found for name in units() for line in unit(name) for found in of_us.findall(line)}
    assert [path for path in sorted(wanted) if not (REPOSITORY / path).exists()] == []
    assert [name for name in units() if name.rsplit(".", 1)[0] not in PAGE] == []


@pytest.mark.parametrize("name", [name for name in units() if name.endswith(".service")])
def test_services_are_hardened_and_have_a_user_of_their_own(name: str) -> None:
    wanted = {"UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "ProtectHome=yes"}
    assert wanted <= set(unit(name))
    assert any(line.startswith("User=cartrove") for line in unit(name))


def test_prefect_accepts_the_settings_of_the_server() -> None:
    lines = (REPOSITORY / "deploy" / "server.env.example").read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    ask = (
        "from prefect.settings import get_current_settings as g; s = g().server; "
        "print(s.services.db_vacuum.enabled_vacuum_types >= {'flow_runs'}, s.services.db_vacuum.retention_period.days, "
        "s.api.auth_string is not None, s.analytics_enabled, s.ui.v2_enabled)"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, env={**os.environ, **settings})
    assert told.stdout.split() == ["True", "180", "True", "False", "False"], told.stderr


def test_cartrove_knows_the_settings_of_its_example() -> None:
    from flows.settings import Settings

    lines = (REPOSITORY / "deploy" / "cartrove.env.example").read_text("utf-8").splitlines()
    named = {line.lstrip("#").split("=", 1)[0] for line in lines if re.match(r"#?CARTROVE_", line)}
    assert {name.removeprefix("CARTROVE_").lower() for name in named} <= set(Settings.model_fields)
