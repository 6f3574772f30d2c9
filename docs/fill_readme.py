"""Put the real output of the README's commands into the README: `uv run python docs/fill_readme.py` after a run."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
PYTHON_BLOCK = re.compile(r"```python\n(.*?)```\n\n```\n(.*?)```", re.DOTALL)


def query_output(readme: str) -> str:
    """What the README's Python block prints, run as it stands in the current folder."""
    found = PYTHON_BLOCK.search(readme)
    if found is None:
        raise SystemExit("README.md: no Python block followed by its output")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(found[1], {})  # noqa: S102 - our own README
    return "\n".join(line.rstrip() for line in printed.getvalue().rstrip().splitlines()) + "\n"


def filled(readme: str, run_output: str) -> str:
    """The README with the output of both commands in place."""
    with_run = re.sub(
        r"(\$ uv run cartrove run\n).*?(\$ uv run pytest)", lambda m: m[1] + run_output + m[2], readme, flags=re.DOTALL
    )
    found = PYTHON_BLOCK.search(with_run)
    if found is None:
        raise SystemExit("README.md: no Python block followed by its output")
    return with_run[: found.start(2)] + query_output(with_run) + with_run[found.end(2) :]


if __name__ == "__main__":
    README.write_text(filled(README.read_text("utf-8"), sys.stdin.read()), "utf-8")
