"""Put the real output of every query of a page below it: `uv run python docs/fill_sql.py` after a run."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from flows.settings import Settings
from flows.sql.answer import answer_sql
from flows.sql.formats import Format

PAGES = [Path(__file__).resolve().parent / name for name in ("sql.md", "what_a_figure_means.md")]
BLOCK = re.compile(r"```sql\n(.*?)```\n\n(?:<!-- output -->|```\n.*?```)", re.DOTALL)
EVERY_ROW = 1000


def filled(page: str, published: Path) -> str:
    """The page with the output of its queries, asked of a published file."""
    return BLOCK.sub(lambda block: f"```sql\n{block[1]}```\n\n```\n{_output(block[1], published)}```", page)


def _output(sql: str, published: Path) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        answer_sql(Settings(), published, sql, [], Format.TABLE, EVERY_ROW, printed)
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines()) + "\n"


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text("utf-8"), Settings().published), "utf-8")
