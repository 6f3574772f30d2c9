"""Text of studies and sites inside markdown: it stays text, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# What begins a link, an image, code, emphasis, a table cell or a bare address; an underscore within a word begins nothing.
_SIGNS = re.compile(r"[\\`*\[\]()!|~$^]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.|@(?=\w)")
# What makes a heading, a list or a rule of a line that begins with it.
_BEGINNING = re.compile(r"^(\d*)([-+=#.)])(?=\s|[-+=#]|$)")


def escape_markdown(text: object) -> str:
    """A text as markdown shows it unchanged, on one line: no link, no table cell, no HTML begins in it.

    With backslashes, since Prefect's interface shows numbered entities as they stand.
    """
    line = " ".join(str(text).split())
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        line = line.replace(sign, entity)
    return _BEGINNING.sub(r"\1\\\2", _SIGNS.sub(lambda found: f"\\{found[0]}", line))


def link(text: object, address: str) -> str:
    """A link; the address is ours and holds no spaces."""
    return f"[{escape_markdown(text)}](<{address.replace('>', '%3E')}>)"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are markdown already.

    Raises
    ------
    ValueError: a row has more cells than there are headings, or fewer.
    """
    lines = [head, ["---"] * len(head), *rows]
    if any(len(line) != len(head) for line in lines):
        raise ValueError(f"expected {len(head)} cells in each row; found {sorted({len(line) for line in lines})}")
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    """A list of texts."""
    return "\n".join(f"- {escape_markdown(line)}" for line in lines)
