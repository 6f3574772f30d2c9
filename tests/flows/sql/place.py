"""The command as a person calls it, on the embedded studies."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flows.command import main
from tests.studies.night import published_night


@dataclass(frozen=True)
class Answer:
    """What a command wrote, and its exit code."""

    out: str
    error: str
    code: int


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Answer:
    """Run `cartrove` with these arguments in the workspace of the published night."""
    workspace = str(published_night().parents[1])
    try:
        main([*arguments, "--workspace", workspace])
        code = 0
    except SystemExit as left:
        code = int(left.code or 0)
    written = capsys.readouterr()
    return Answer(written.out, written.err, code)
